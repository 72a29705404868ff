import { z } from "zod";
import { migrationStateSchema, runStateSchema } from "./run.ts";

/** Nodes by runtime from that moment on, until the next one. */
const trendPointSchema = z.object({ at: z.string(), docker: z.number().int(), containerd: z.number().int(), other: z.number().int() });

/** GET /trend?clusterId=&days= : each cluster's record, oldest first. The first point may lie before the span: it is what held at its begin. */
export const trendQuerySchema = z.object({
	clusterId: z.string().max(64).optional(),
	days: z.coerce.number().int().min(1).max(366).default(30),
});
export const trendSchema = z.object({
	from: z.string(),
	now: z.string(),
	clusters: z.array(z.object({ id: z.string(), name: z.string(), points: z.array(trendPointSchema) })),
});
export type Trend = z.infer<typeof trendSchema>;

/** GET /migrations/progress?clusterId= : migrations that are under way. */
const progressSchema = z.object({
	id: z.string(),
	total: z.number().int(),
	done: z.number().int(),
	running: z.number().int(),
	/** Their drain does not go on. */
	blocked: z.number().int(),
	/** Should be running, and have not answered for too long. */
	unknown: z.number().int(),
	failed: z.number().int(),
	waiting: z.number().int(),
	/** Left out, cancelled or never started. */
	ended: z.number().int(),
	/** How long the rest may take, milliseconds, and by what (lib/time-left.ts); null where nobody can tell. */
	left: z.object({ minMs: z.number(), maxMs: z.number(), by: z.enum(["own", "past", "thumb"]) }).nullable(),
});
export type MigrationProgress = z.infer<typeof progressSchema>;
export const progressListSchema = z.object({ migrations: z.array(progressSchema) });

/** GET /activity?clusterId= : the last that people did and that runs came to, newest first. */
const activitySchema = z.discriminatedUnion("kind", [
	z.object({
		kind: z.literal("act"),
		key: z.string(),
		at: z.string(),
		by: z.string(),
		/** Of the audit. */
		action: z.string(),
		targetKind: z.string().nullable(),
		targetId: z.string().nullable(),
		targetName: z.string().nullable(),
	}),
	z.object({
		kind: z.literal("run"),
		key: z.string(),
		at: z.string(),
		/** Who started its migration. */
		by: z.string(),
		runId: z.string(),
		node: z.string(),
		cluster: z.string(),
		direction: z.enum(["migrate", "rollback"]),
		state: runStateSchema,
	}),
	z.object({
		kind: z.literal("migration"),
		key: z.string(),
		at: z.string(),
		by: z.string(),
		migrationId: z.string(),
		cluster: z.string(),
		ticket: z.string(),
		state: migrationStateSchema,
	}),
]);
export type Activity = z.infer<typeof activitySchema>;
export const activityListSchema = z.object({ items: z.array(activitySchema) });
