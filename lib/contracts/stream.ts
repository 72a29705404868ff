import { z } from "zod";
import { MOST_FOLLOWED_LOGS } from "../followed-logs.ts";
import { CHANGED_THINGS } from "../stream-message.ts";
import { checkStateSchema } from "./draft.ts";
import { migrationViewSchema, runEventSchema, runViewSchema } from "./run.ts";

/**
 * The one event stream of a browser: `GET /api/v1/stream`, server-sent events, shared by its tabs. Each message is one of these as JSON,
 * under the event name `message`; a heartbeat comes every 5 s. Nothing depends on receiving every one: what a message says replaces what
 * was known, and after a reconnect the page reads again. Log text carries its byte offset, so that a reader can tell a gap or a repeat
 * (and reads `GET /api/v1/runs/:id/log?offset=` to fill it); it comes for the runs that were asked for.
 */
export const streamMessageSchema = z.discriminatedUnion("type", [
	z.object({
		type: z.literal("hello"),
		now: z.string(),
		bootId: z.string(),
		/** What `PUT /api/v1/stream/:streamId/logs` names this stream by. */
		streamId: z.string(),
	}),
	z.object({ type: z.literal("heartbeat"), now: z.string() }),
	z.object({ type: z.literal("run"), run: runViewSchema }),
	z.object({ type: z.literal("migration"), migration: migrationViewSchema }),
	z.object({ type: z.literal("event"), event: runEventSchema }),
	z.object({
		type: z.literal("log"),
		runId: z.string(),
		generation: z.number().int(),
		/** Bytes of the log before this piece. */
		offset: z.number().int(),
		bytesBase64: z.string(),
	}),
	/** How far preflight is with nodes of a draft, those that are named; null: it is over. */
	z.object({ type: z.literal("check"), draftId: z.string(), states: z.record(z.string(), checkStateSchema).nullable() }),
	/** Something in the inventory changed: read `what` again. */
	z.object({
		type: z.literal("changed"),
		what: z.enum(CHANGED_THINGS),
		id: z.string().optional(),
	}),
	/** The last word of a stream: who opened it is no longer signed in. */
	z.object({ type: z.literal("session-ended") }),
]);
export type StreamMessage = z.infer<typeof streamMessageSchema>;

/** PUT /stream/:streamId/logs: the runs whose log text comes along from now on, and no others. 404 where the stream has ended. */
export const followedLogsSchema = z.object({ runIds: z.array(z.string().min(1).max(64)).max(MOST_FOLLOWED_LOGS) });
