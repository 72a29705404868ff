import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type StreamMessage, streamMessageSchema } from "../../lib/contracts/stream.ts";
import { EventHub } from "../events/hub.ts";
import { MOST_STREAMS_PER_SESSION, OpenStreams } from "../events/open-streams.ts";
import { type EventStreamOptions, eventStream } from "./event-stream.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(options: Partial<EventStreamOptions> = {}) {
	const hub = new EventHub();
	const streams = new OpenStreams();
	const gone = new AbortController();
	const stopping = new AbortController();
	const signals = { gone: gone.signal, stopping: stopping.signal };
	const stream = eventStream({ hub, streams, sessionId: "session", bootId: "boot", ...signals, allowed: async () => true, ...options });
	const reader = stream.getReader();
	const text = new TextDecoder();
	/** The next message; null at the end. */
	const next = async (): Promise<StreamMessage | null> => {
		for (;;) {
			const { value, done } = await reader.read();
			if (done) return null;
			const [, data] = /^data: (.*)\n\n$/.exec(text.decode(value)) ?? [];
			if (data !== undefined) return streamMessageSchema.parse(JSON.parse(data));
		}
	};
	return { hub, streams, gone, stopping, next, reader };
}

const changed = (id: string): StreamMessage => ({ type: "changed", what: "nodes", id });

describe("the event stream", () => {
	it("says hello, then what the hub says", async () => {
		const { hub, next } = open();
		expect(await next()).toMatchObject({ type: "hello", bootId: "boot" });
		hub.publish(changed("one"));
		expect(await next()).toEqual(changed("one"));
	});

	it("carries the logs that were asked for", async () => {
		const { hub, streams, next } = open();
		const hello = await next();
		const log = (runId: string): StreamMessage & { type: "log" } => ({ type: "log", runId, generation: 1, offset: 0, bytesBase64: "AA==" });
		hub.publishLog("r1", () => log("r1"));
		streams.follow(hello?.type === "hello" ? hello.streamId : "", "session", ["r1"]);
		hub.publishLog("r2", () => log("r2"));
		hub.publishLog("r1", () => log("r1"));
		hub.publish(changed("last"));
		expect(await next()).toEqual(log("r1"));
		expect(await next()).toEqual(changed("last"));
	});

	it("sends a heartbeat every 5 s", async () => {
		const { next } = open();
		await next();
		await vi.advanceTimersByTimeAsync(10_000);
		expect(await next()).toMatchObject({ type: "heartbeat" });
		expect(await next()).toMatchObject({ type: "heartbeat" });
	});

	it.each(["gone", "stopping"] as const)("ends when the client or the console is %s, and listens no longer", async (why) => {
		const opened = open();
		await opened.next();
		expect(opened.hub.size).toBe(1);
		opened[why].abort();
		expect(await opened.next()).toBeNull();
		expect([opened.hub.size, opened.streams.size]).toEqual([0, 0]);
		expect(vi.getTimerCount()).toBe(0);
	});

	it("ends when the client cancels it", async () => {
		const { hub, reader } = open();
		await reader.cancel();
		expect(hub.size).toBe(0);
		expect(vi.getTimerCount()).toBe(0);
	});

	it("ends at once for a client that was gone before", async () => {
		const { hub, next } = open({ gone: AbortSignal.abort() });
		await next();
		expect(await next()).toBeNull();
		expect(hub.size).toBe(0);
	});

	it("ends within a minute of the session, and says that it was this", async () => {
		const { hub, next } = open({ allowed: async () => false, heartbeatMs: 3_600_000 });
		await next();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(await next()).toEqual({ type: "session-ended" });
		expect(await next()).toBeNull();
		expect(hub.size).toBe(0);
	});

	it("ends where the session cannot be asked for, without saying that it has ended", async () => {
		const { next } = open({ allowed: () => Promise.reject(new Error("database")), heartbeatMs: 3_600_000 });
		await next();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(await next()).toBeNull();
	});

	it("ends as soon as it is told that sessions have ended, where its own has", async () => {
		let signedIn = true;
		const { streams, hub, next } = open({ allowed: async () => signedIn });
		streams.checkSessions();
		await next();
		signedIn = false;
		streams.checkSessions();
		expect(await next()).toEqual({ type: "session-ended" });
		expect(await next()).toBeNull();
		expect(hub.size).toBe(0);
	});

	it("ends the oldest of a session that has too many, which may come again", async () => {
		const first = open();
		await first.next();
		for (let count = 0; count < MOST_STREAMS_PER_SESSION; count++) open({ streams: first.streams });
		expect(await first.next()).toBeNull();
		expect(first.streams.size).toBe(MOST_STREAMS_PER_SESSION);
	});

	it("ends after an hour", async () => {
		const { hub } = open();
		await vi.advanceTimersByTimeAsync(3_600_000);
		expect(hub.size).toBe(0);
	});

	it("breaks off for a client that does not read, once it is too far behind, and keeps nothing for it", async () => {
		const { hub, streams, reader } = open({ maxBufferBytes: 4_096 });
		for (let index = 0; index < 1_000 && hub.size > 0; index++) hub.publish(changed(`node-${index}`));
		expect([hub.size, streams.size]).toEqual([0, 0]);
		await expect(reader.read()).rejects.toMatchObject({ name: "AbortError" });
		expect(vi.getTimerCount()).toBe(0);
	});

	it("does not end another client's stream with it", async () => {
		const slow = open({ maxBufferBytes: 512 });
		const { next } = open({ hub: slow.hub });
		await next();
		for (let index = 0; index < 20; index++) slow.hub.publish(changed(`node-${index}`));
		expect(slow.hub.size).toBe(1);
		expect(await next()).toEqual(changed("node-0"));
	});
});
