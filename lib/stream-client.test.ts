import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StreamClient } from "./stream-client.ts";
import { type FakeSource, fakeSources, heartbeat, hello, log } from "./testing/fake-source.ts";

let sources: FakeSource[];
let newest: () => FakeSource;
let stream: StreamClient;
let recovered: number;

function start(own = false): void {
	vi.useFakeTimers();
	const fake = fakeSources(own);
	({ sources, newest } = fake);
	recovered = 0;
	stream = new StreamClient(fake.open);
	stream.onRecovered(() => recovered++);
	stream.start();
}

beforeEach(() => start());
afterEach(() => {
	stream.stop();
	expect(vi.getTimerCount()).toBe(0);
	vi.useRealTimers();
});

describe("one stream", () => {
	it("is opened once, however often it is started", () => {
		stream.start();
		expect(sources).toHaveLength(1);
	});

	it("gives each message to those who listen to its type", () => {
		const heard: string[] = [];
		const stop = stream.subscribe("changed", (message) => heard.push(message.what));
		stream.subscribe("heartbeat", () => heard.push("beat"));
		newest().say({ type: "changed", what: "nodes" });
		newest().say(heartbeat);
		stop();
		newest().say({ type: "changed", what: "audit" });
		expect(heard).toEqual(["nodes", "beat"]);
	});

	it("takes what it cannot read for a heartbeat and goes on", () => {
		newest().say({ type: "from-a-newer-server" });
		newest().listener.message("{");
		expect(stream.state).toBe("live");
	});

	it("stops for good when the session has ended, and says so", () => {
		const ended = vi.fn();
		stream.subscribe("session-ended", ended);
		newest().say(hello("a"));
		newest().say({ type: "session-ended" });
		expect(ended).toHaveBeenCalledOnce();
		expect(newest().closed).toBe(true);
		vi.advanceTimersByTime(60_000);
		expect(sources).toHaveLength(1);
		expect(stream.state).toBe("connecting");
	});
});

describe("logs", () => {
	const listener = () => ({ piece: vi.fn(), caughtUp: vi.fn() });

	it("come for the runs that are shown, and are asked for again from a new stream", () => {
		const [one, other] = [listener(), listener()];
		const stop = stream.followLog("r1", one);
		stream.followLog("r2", other);
		expect(newest().followed).toEqual(["r1", "r2"]);
		newest().listener.following(["r1", "r2"]);
		newest().say(log("r1", 7));
		expect(one.caughtUp).toHaveBeenCalledOnce();
		expect(one.piece).toHaveBeenCalledExactlyOnceWith(log("r1", 7));
		expect(other.piece).not.toHaveBeenCalled();
		stop();
		expect(newest().followed).toEqual(["r2"]);
		newest().listener.broken(true);
		vi.advanceTimersByTime(1_000);
		expect(sources).toHaveLength(2);
		expect(newest().followed).toEqual(["r2"]);
		newest().listener.following(["r2"]);
		expect(other.caughtUp).toHaveBeenCalledTimes(2);
	});

	it("are asked for once, however many show them, and until the last has gone", () => {
		const stops = [stream.followLog("r1", listener()), stream.followLog("r1", listener())];
		stops[0]?.();
		stops[0]?.();
		expect(newest().followed).toEqual(["r1"]);
		stops[1]?.();
		expect(newest().followed).toEqual([]);
		const again = listener();
		stream.followLog("r1", again);
		stops[1]?.();
		expect(newest().followed).toEqual(["r1"]);
	});
});

describe("a silent stream", () => {
	it("is live while heartbeats come, however long", () => {
		for (let beat = 0; beat < 20; beat++) {
			newest().say(heartbeat);
			vi.advanceTimersByTime(9_999);
		}
		expect(stream.state).toBe("live");
		expect(sources).toHaveLength(1);
		expect(recovered).toBe(0);
	});

	it("is taken for dead after ten seconds, opened again, and told of when it speaks", () => {
		newest().say(heartbeat);
		vi.advanceTimersByTime(9_999);
		expect(stream.state).toBe("live");
		vi.advanceTimersByTime(1);
		expect(stream.state).toBe("polling");
		expect(newest().closed).toBe(true);
		vi.advanceTimersByTime(1_000);
		expect(sources).toHaveLength(2);
		expect(recovered).toBe(0);
		newest().say(heartbeat);
		expect(stream.state).toBe("live");
		expect(recovered).toBe(1);
	});

	it("never hears a source that it has given up", () => {
		const heard: string[] = [];
		stream.subscribe("changed", (message) => heard.push(message.what));
		vi.advanceTimersByTime(11_000);
		const [given] = sources;
		given?.say({ type: "changed", what: "nodes" });
		given?.listener.broken(true);
		expect(heard).toEqual([]);
		expect(stream.state).toBe("polling");
		expect(newest().closed).toBe(false);
	});

	it("is tried again ever more rarely, at most every ten seconds beside the silence", () => {
		vi.advanceTimersByTime(10 * 60_000);
		expect(sources.length).toBeGreaterThan(25);
		expect(sources.length).toBeLessThan(40);
	});

	it("goes offline where nothing else answers either, and back", () => {
		vi.advanceTimersByTime(10_000);
		stream.reachable(false);
		expect(stream.state).toBe("offline");
		vi.advanceTimersByTime(60_000);
		expect(stream.state).toBe("offline");
		stream.reachable(true);
		expect(stream.state).toBe("polling");
	});

	it("stays live when one request fails while messages come", () => {
		newest().say(heartbeat);
		stream.reachable(false);
		expect(stream.state).toBe("live");
	});
});

describe("a broken stream", () => {
	it("waits for the source to connect again, then has the page read", () => {
		newest().say(hello("a"));
		newest().listener.broken(false);
		expect(sources).toHaveLength(1);
		newest().say(hello("a"));
		expect(recovered).toBe(1);
	});

	it("is opened anew where the source gives up", () => {
		newest().listener.broken(true);
		vi.advanceTimersByTime(1_000);
		expect(sources).toHaveLength(2);
	});

	it("has the page read when the server was started anew", () => {
		newest().say(hello("a"));
		newest().say(hello("b"));
		expect(recovered).toBe(1);
	});
});

describe("a tab that nobody sees", () => {
	it("gives a stream of its own back, and reads again when it is seen", () => {
		stream.stop();
		start(true);
		newest().say(hello("a"));
		stream.seen(false);
		expect(newest().closed).toBe(true);
		vi.advanceTimersByTime(3_600_000);
		expect([sources.length, stream.state]).toEqual([1, "connecting"]);
		stream.seen(true);
		stream.seen(true);
		expect(sources).toHaveLength(2);
		newest().say(hello("a"));
		expect([recovered, stream.state]).toEqual([1, "live"]);
	});

	it("opens none in the first place", () => {
		stream.stop();
		start(true);
		stream.stop();
		stream.seen(false);
		stream.start();
		expect(sources.filter((source) => !source.closed)).toEqual([]);
		stream.seen(true);
		expect(sources.filter((source) => !source.closed)).toHaveLength(1);
	});

	it("keeps its part in a shared one", () => {
		newest().say(hello("a"));
		stream.seen(false);
		expect(newest().closed).toBe(false);
		expect(stream.state).toBe("live");
	});
});
