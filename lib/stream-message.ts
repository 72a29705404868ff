import type { StreamMessage } from "./contracts/stream.ts";
import { CHECK_STATES } from "./draft-words.ts";
import { MIGRATION_STATES, RUN_STATES } from "./run-states.ts";

/** What of the inventory may have changed. */
export const CHANGED_THINGS = [
	"clusters",
	"nodes",
	"host-keys",
	"archives",
	"migrations",
	"templates",
	"drafts",
	"people",
	"trend",
	"audit",
] as const;

type Fields = Readonly<Record<string, unknown>>;

/** What a page goes by in each message: it is its own console's, or one of another version that may have changed under an open page. */
const CHECKS: { readonly [Type in StreamMessage["type"]]: (message: Fields) => boolean } = {
	hello: ({ now, bootId, streamId }) => areTexts(now, bootId, streamId),
	heartbeat: ({ now }) => areTexts(now),
	run: ({ run }) =>
		isRecord(run) && areTexts(run.id, run.migrationId, run.nodeId) && isOneOf(RUN_STATES, run.state) && Array.isArray(run.steps),
	migration: ({ migration }) =>
		isRecord(migration) &&
		areTexts(migration.id, migration.clusterId) &&
		isOneOf(MIGRATION_STATES, migration.state) &&
		isRecord(migration.policy),
	event: ({ event }) => isRecord(event) && areTexts(event.runId, event.migrationId, event.code, event.at) && isRecord(event.values),
	log: ({ runId, generation, offset, bytesBase64 }) =>
		areTexts(runId, bytesBase64) && Number.isInteger(generation) && Number.isInteger(offset),
	check: ({ draftId, states }) =>
		areTexts(draftId) && (states === null || (isRecord(states) && Object.values(states).every((state) => isOneOf(CHECK_STATES, state)))),
	changed: ({ what }) => isOneOf(CHANGED_THINGS, what),
	"session-ended": () => true,
};

/** The message that a text of the stream is; null where it is none that this version knows. */
export function streamMessage(text: string): StreamMessage | null {
	const message = parse(text);
	if (!isRecord(message) || typeof message.type !== "string" || !Object.hasOwn(CHECKS, message.type)) return null;
	return CHECKS[message.type as StreamMessage["type"]](message) ? (message as StreamMessage) : null;
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

function isRecord(value: unknown): value is Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function areTexts(...values: readonly unknown[]): boolean {
	return values.every((value) => typeof value === "string");
}

function isOneOf(known: readonly unknown[], value: unknown): boolean {
	return known.includes(value);
}
