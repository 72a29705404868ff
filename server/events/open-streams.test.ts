import { expect, it } from "vitest";
import { MOST_STREAMS_PER_SESSION, OpenStreams } from "./open-streams.ts";

function opener(streams: OpenStreams) {
	const ended: string[] = [];
	const open = (sessionId: string, name: string) => {
		const stream = streams.open(sessionId, {
			end: () => {
				ended.push(name);
				stream.closed();
			},
			check: () => ended.push(`${name} asks`),
		});
		return stream;
	};
	return { ended, open };
}

it("carries the logs that were asked for last, each stream its own", () => {
	const streams = new OpenStreams();
	const { open } = opener(streams);
	const one = open("s1", "one");
	const two = open("s1", "two");
	expect(one.follows("r1")).toBe(false);
	expect(streams.follow(one.id, "s1", ["r1", "r2"])).toBe(true);
	expect([one.follows("r1"), one.follows("r2"), two.follows("r1")]).toEqual([true, true, false]);
	streams.follow(one.id, "s1", ["r2"]);
	expect([one.follows("r1"), one.follows("r2")]).toEqual([false, true]);
});

it("obeys neither another session nor for a stream that has closed", () => {
	const streams = new OpenStreams();
	const { open } = opener(streams);
	const stream = open("s1", "one");
	expect(streams.follow(stream.id, "s2", ["r1"])).toBe(false);
	expect(stream.follows("r1")).toBe(false);
	stream.closed();
	expect(streams.follow(stream.id, "s1", ["r1"])).toBe(false);
	expect(streams.size).toBe(0);
});

it("ends a session's oldest stream for one too many, and no other session's", () => {
	const streams = new OpenStreams();
	const { open, ended } = opener(streams);
	open("other", "other");
	for (let index = 0; index < MOST_STREAMS_PER_SESSION + 2; index++) open("s1", String(index));
	expect(ended).toEqual(["0", "1"]);
	expect(streams.size).toBe(MOST_STREAMS_PER_SESSION + 1);
});

it("closes a session's streams, and no others, when another session takes its place", () => {
	const streams = new OpenStreams();
	const { open, ended } = opener(streams);
	open("s1", "one");
	open("s2", "two");
	open("s1", "three");
	streams.renew("s1");
	expect(ended).toEqual(["one", "three"]);
	expect(streams.size).toBe(1);
});

it("has every stream ask for its session", () => {
	const streams = new OpenStreams();
	const { open, ended } = opener(streams);
	open("s1", "one");
	open("s2", "two").closed();
	open("s3", "three");
	streams.checkSessions();
	expect(ended).toEqual(["one asks", "three asks"]);
});
