import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MOST_FOLLOWED_LOGS } from "./followed-logs.ts";
import { openOwnStream } from "./own-stream.ts";
import type { Source } from "./stream-source.ts";
import { heartbeat, hello } from "./testing/fake-source.ts";

class FakeEvents {
	onmessage: ((event: { data: string }) => void) | null = null;
	onerror: (() => void) | null = null;
	readyState = 1;
	closed = false;
	close() {
		this.closed = true;
	}
	say(message: object) {
		this.onmessage?.({ data: JSON.stringify(message) });
	}
	fail(readyState: number) {
		this.readyState = readyState;
		this.onerror?.();
	}
}

let events: FakeEvents;
let source: Source;
/** What was asked, and what will be answered; a number is a status, null no answer. */
let asked: string[];
let answers: (number | null)[];
let heard: string[];

beforeEach(() => {
	vi.useFakeTimers();
	events = new FakeEvents();
	[asked, answers, heard] = [[], [], []];
	source = openOwnStream(
		{
			message: (data) => heard.push(JSON.parse(data).type),
			following: (runIds) => heard.push(`following ${runIds}`),
			broken: (closed) => heard.push(closed ? "closed" : "broken"),
		},
		{
			events: () => events,
			request: async (method, path, body) => {
				asked.push([method, path, ...(body ? [(body as { runIds: string[] }).runIds] : [])].join(" "));
				const status = answers.length > 0 ? answers.shift() : 200;
				if (typeof status !== "number") throw new TypeError("fetch failed");
				return status;
			},
		},
	);
});
afterEach(() => {
	source.close();
	expect(vi.getTimerCount()).toBe(0);
	vi.useRealTimers();
});
const settle = () => vi.advanceTimersByTimeAsync(0);

describe("a stream for one", () => {
	it("passes on what comes", () => {
		events.say(hello("a"));
		events.say(heartbeat);
		expect(heard).toEqual(["hello", "heartbeat"]);
		expect(asked).toEqual([]);
	});

	it("asks for the logs that are wanted as soon as it is open, and again when it was broken", async () => {
		source.follow(["r1"]);
		expect(asked).toEqual([]);
		events.say(hello("a", "s1"));
		await settle();
		events.fail(0);
		events.say(hello("a", "s2"));
		await settle();
		expect(asked).toEqual(["PUT /api/v1/stream/s1/logs r1", "PUT /api/v1/stream/s2/logs r1"]);
		expect(heard).toEqual(["hello", "following r1", "broken", "hello", "following r1"]);
	});

	it("asks for one choice at a time, the last of them at last", async () => {
		events.say(hello("a", "s1"));
		for (const runIds of [["r1"], ["r1", "r2"], [], ["r3"]]) source.follow(runIds);
		expect(asked).toHaveLength(1);
		await settle();
		expect(asked).toEqual(["PUT /api/v1/stream/s1/logs r1", "PUT /api/v1/stream/s1/logs r3"]);
		expect(heard.at(-1)).toBe("following r3");
	});

	it("says nothing of a choice that reached a stream which is broken by now", async () => {
		events.say(hello("a", "s1"));
		source.follow(["r1"]);
		events.fail(0);
		await settle();
		expect(heard).toEqual(["hello", "broken"]);
	});

	it("asks again where it was not answered, and not where the stream has ended", async () => {
		answers = [null, 500, 404];
		events.say(hello("a", "s1"));
		source.follow(["r1"]);
		await vi.advanceTimersByTimeAsync(60_000);
		expect(asked).toHaveLength(3);
		expect(heard).toEqual(["hello"]);
		events.say(hello("a", "s2"));
		await settle();
		expect(heard.at(-1)).toBe("following r1");
	});

	it("asks for no more logs than the console lets it", async () => {
		const runIds = Array.from({ length: MOST_FOLLOWED_LOGS + 1 }, (_, index) => `r${index}`);
		events.say(hello("a", "s1"));
		source.follow(runIds);
		await settle();
		expect(asked).toEqual([`PUT /api/v1/stream/s1/logs ${runIds.slice(1)}`]);
	});
});

describe("the end of a stream", () => {
	it("leaves it to the browser to connect again where it will", () => {
		events.fail(0);
		expect(heard).toEqual(["broken"]);
		expect(asked).toEqual([]);
	});

	it.each([
		["signed out", 401, "session-ended"],
		["signed in still", 200, "closed"],
		["not answered", null, "closed"],
	])("asks why, where the browser gives up: %s", async (_why, status, end) => {
		answers = [status];
		events.fail(2);
		await settle();
		expect(asked).toEqual(["GET /api/v1/me"]);
		expect(heard).toEqual([end]);
	});

	it("is final with the session", async () => {
		answers = [401];
		events.say({ type: "session-ended" });
		await settle();
		events.fail(2);
		events.say(heartbeat);
		await settle();
		expect(events.closed).toBe(true);
		expect(heard).toEqual(["session-ended"]);
		expect(asked).toEqual(["GET /api/v1/me"]);
	});

	it("is not final where the browser has another session by then", async () => {
		events.say({ type: "session-ended" });
		await settle();
		expect(events.closed).toBe(true);
		expect(heard).toEqual(["closed"]);
	});

	it("is final when a choice of logs is refused for want of a session", async () => {
		answers = [401];
		events.say(hello("a", "s1"));
		source.follow(["r1"]);
		await settle();
		expect(events.closed).toBe(true);
		expect(heard).toEqual(["hello", "session-ended"]);
	});

	it("is silent once closed", async () => {
		events.say(hello("a", "s1"));
		source.follow(["r1"]);
		source.close();
		events.say(heartbeat);
		events.fail(2);
		await settle();
		expect(heard).toEqual(["hello"]);
	});
});
