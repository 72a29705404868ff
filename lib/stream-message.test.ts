import { describe, expect, it } from "vitest";
import { type StreamMessage, streamMessageSchema } from "./contracts/stream.ts";
import { streamMessage } from "./stream-message.ts";
import { migrationView } from "./testing/migration-view.ts";
import { runView } from "./testing/run-view.ts";

const now = "2026-11-30T12:00:00Z";
const MESSAGES: { [Type in StreamMessage["type"]]: Extract<StreamMessage, { type: Type }> } = {
	hello: { type: "hello", now, bootId: "b1", streamId: "s1" },
	heartbeat: { type: "heartbeat", now },
	run: { type: "run", run: runView({}) },
	migration: { type: "migration", migration: migrationView({}) },
	event: {
		type: "event",
		event: { id: 1, runId: "r1", migrationId: "m1", nodeName: "node1", code: "run.started", values: { count: 1 }, actor: null, at: now },
	},
	log: { type: "log", runId: "r1", generation: 1, offset: 0, bytesBase64: "" },
	check: { type: "check", draftId: "draft123", states: { n1: "ready" } },
	changed: { type: "changed", what: "nodes" },
	"session-ended": { type: "session-ended" },
};
const ALL = Object.values(MESSAGES);

describe("a message of the stream", () => {
	it.each(ALL)("is read: $type", (message) => {
		expect(streamMessageSchema.parse(message)).toEqual(message);
		expect(streamMessage(JSON.stringify(message))).toEqual(message);
	});

	it.each(ALL.filter(({ type }) => type !== "session-ended"))("is none without what pages go by: $type", ({ type }) => {
		expect(streamMessage(JSON.stringify({ type }))).toBeNull();
	});

	it.each([
		"",
		"{",
		"null",
		"[]",
		'"heartbeat"',
		'{"type":"toString"}',
		'{"type":"later"}',
		JSON.stringify({ ...MESSAGES.changed, what: "weather" }),
		JSON.stringify({ ...MESSAGES.run, run: { ...MESSAGES.run.run, state: "flying" } }),
		JSON.stringify({ ...MESSAGES.migration, migration: { ...MESSAGES.migration.migration, state: "flying" } }),
		JSON.stringify({ ...MESSAGES.check, states: { n1: "flying" } }),
		JSON.stringify({ ...MESSAGES.log, offset: "0" }),
	])("of another version is none: %s", (text) => {
		expect(streamMessage(text)).toBeNull();
	});
});
