import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bytesOfBase64 } from "./base64.ts";
import { LogReader } from "./log-reader.ts";
import { openOwnStream } from "./own-stream.ts";
import { type StreamWorker, streamOpener } from "./shared-stream.ts";
import { StreamClient } from "./stream-client.ts";
import { FanOut } from "./stream-fan-out.ts";
import type { StreamPort, ToTab, ToWorker } from "./stream-port.ts";
import type { Source, SourceListener } from "./stream-source.ts";
import { type FakeSource, fakeSources, heartbeat, hello, log } from "./testing/fake-source.ts";

let sources: FakeSource[];
let newest: () => FakeSource;
let fanOut: FanOut;

beforeEach(() => {
	vi.useFakeTimers();
	const fake = fakeSources(true);
	({ sources, newest } = fake);
	fanOut = new FanOut(fake.open);
});
afterEach(() => void vi.useRealTimers());

/** A tab's end of a port, with what it was told. */
class Tab {
	readonly told: ToTab[] = [];
	closed = false;
	readonly #port: StreamPort<ToWorker, ToTab> = {
		onmessage: null,
		postMessage: (message) => void this.told.push(message),
		close: () => {
			this.closed = true;
		},
	};
	constructor() {
		fanOut.attach(this.#port);
	}
	say(message: ToWorker): void {
		this.#port.onmessage?.({ data: message });
	}
	/** Types of messages, and kinds of all else, since the last call. */
	heard(): string[] {
		return this.told.splice(0).map((one) => (one.kind === "message" ? JSON.parse(one.data).type : one.kind));
	}
}

describe("one stream for all tabs", () => {
	it("is opened with the first and closed with the last", () => {
		const [one, other] = [new Tab(), new Tab()];
		expect(sources).toHaveLength(1);
		one.say({ kind: "bye" });
		expect(newest().closed).toBe(false);
		other.say({ kind: "bye" });
		expect([newest().closed, one.closed, other.closed]).toEqual([true, true, true]);
		expect(vi.getTimerCount()).toBe(0);
		new Tab();
		expect(sources).toHaveLength(2);
	});

	it("tells each of them everything", () => {
		const tabs = [new Tab(), new Tab()];
		newest().say(hello("a"));
		newest().say({ type: "changed", what: "nodes" });
		newest().listener.message("what nobody can read");
		for (const tab of tabs) expect(tab.told.map((one) => one.kind)).toEqual(["attached", "message", "message", "message"]);
	});

	it("greets a tab that comes later, with the time that it is by then", () => {
		new Tab();
		newest().say(hello("a"));
		vi.advanceTimersByTime(4_000);
		newest().say({ type: "heartbeat", now: "2026-01-01T00:00:04.500Z" });
		vi.advanceTimersByTime(2_000);
		const late = new Tab();
		expect(late.told).toEqual([
			{ kind: "attached" },
			{ kind: "message", data: JSON.stringify({ ...hello("a"), now: "2026-01-01T00:00:06.500Z" }) },
		]);
	});

	it("greets nobody while it is silent itself", () => {
		const first = new Tab();
		newest().say(hello("a"));
		for (let second = 0; second < 11; second++) {
			vi.advanceTimersByTime(1_000);
			first.say({ kind: "alive" });
		}
		expect(new Tab().heard()).toEqual(["attached"]);
		expect(sources).toHaveLength(2);
	});

	it("tells of a gap before what comes after it", () => {
		const tab = new Tab();
		newest().say(hello("a"));
		newest().listener.broken(false);
		newest().say(hello("a"));
		newest().say(heartbeat);
		expect(tab.heard()).toEqual(["attached", "hello", "gap", "hello", "heartbeat"]);
	});

	it("ends with the session for every tab, and begins again with a tab that comes afterwards", () => {
		const tabs = [new Tab(), new Tab()];
		newest().say(hello("a"));
		newest().say({ type: "session-ended" });
		for (const tab of tabs) expect(tab.heard()).toEqual(["attached", "hello", "session-ended"]);
		expect(newest().closed).toBe(true);
		expect(new Tab().heard()).toEqual(["attached"]);
		expect(sources).toHaveLength(2);
	});
});

describe("logs", () => {
	it("go to the tabs that show them, and are asked for once", () => {
		const [one, both, none] = [new Tab(), new Tab(), new Tab()];
		newest().say(hello("a"));
		one.say({ kind: "follow", runIds: ["r1"] });
		both.say({ kind: "follow", runIds: ["r1", "r2"] });
		expect(newest().followed).toEqual(["r1", "r2"]);
		for (const tab of [one, both, none]) tab.heard();
		newest().say(log("r1"));
		newest().say(log("r2"));
		newest().say(log("r3"));
		expect([one.heard(), both.heard(), none.heard()]).toEqual([["log"], ["log", "log"], []]);
		both.say({ kind: "bye" });
		expect(newest().followed).toEqual(["r1"]);
	});

	it("are confirmed to those who wait for it", () => {
		const [one, other] = [new Tab(), new Tab()];
		newest().say(hello("a"));
		one.say({ kind: "follow", runIds: ["r1"] });
		newest().listener.following(["r1"]);
		expect(one.heard()).toEqual(["attached", "hello", "following"]);
		other.say({ kind: "follow", runIds: ["r1", "r2"] });
		expect(other.told.splice(2)).toEqual([{ kind: "following", runIds: ["r1"] }]);
		newest().listener.following(["r1", "r2"]);
		expect(other.told.splice(2)).toEqual([{ kind: "following", runIds: ["r2"] }]);
		expect(one.heard()).toEqual([]);
	});

	it("are confirmed anew after a gap", () => {
		const tab = new Tab();
		newest().say(hello("a"));
		tab.say({ kind: "follow", runIds: ["r1"] });
		newest().listener.following(["r1"]);
		newest().listener.broken(false);
		newest().say(hello("a"));
		newest().listener.following(["r1"]);
		expect(tab.heard()).toEqual(["attached", "hello", "following", "gap", "hello", "following"]);
	});
});

describe("a tab that takes nothing", () => {
	it("is let go after a minute, while one that answers stays", () => {
		const [gone, here] = [new Tab(), new Tab()];
		newest().say(hello("a"));
		gone.say({ kind: "follow", runIds: ["r1"] });
		for (let second = 0; second < 70; second++) {
			vi.advanceTimersByTime(1_000);
			newest().say(heartbeat);
			here.say({ kind: "alive" });
		}
		expect(gone.told.at(-1)).toEqual({ kind: "dropped" });
		expect([gone.closed, here.closed]).toEqual([true, false]);
		expect(newest().followed).toEqual([]);
		expect(here.heard()).toContain("ping");
	});

	it("is let go when it is too far behind, with what waits for it bounded", () => {
		const [slow, quick] = [new Tab(), new Tab()];
		for (const tab of [slow, quick]) tab.say({ kind: "follow", runIds: ["r1"] });
		const piece = log("r1", 0, "A".repeat(1024 * 1024));
		for (let count = 0; count < 20; count++) {
			newest().say(piece);
			quick.say({ kind: "alive" });
		}
		expect(slow.heard().filter((one) => one === "log").length).toBeLessThan(8);
		expect(slow.closed).toBe(true);
		expect(quick.heard().filter((one) => one === "log")).toHaveLength(20);
	});
});

interface Stream {
	follows: boolean;
	say(message: object): void;
	cut(): void;
}

/**
 * A console with one log, and the browser in front of it: the real parts from the event source to the log readers, with only the network
 * between them made up.
 */
class World {
	log = new Uint8Array(0);
	readonly readers: LogReader[] = [];
	readonly #streams = new Map<string, Stream>();
	#opened = 0;
	#worker: FanOut | null = null;

	/** `readMs`: how long the answer to a plain read is on its way. */
	constructor(private readonly readMs: number) {}

	append(bytes: Uint8Array): void {
		const offset = this.log.length;
		this.log = Uint8Array.from([...this.log, ...bytes]);
		for (const stream of this.#streams.values()) if (stream.follows) stream.say(log("r1", offset, Buffer.from(bytes).toString("base64")));
	}

	beat(): void {
		for (const stream of this.#streams.values()) stream.say(heartbeat);
	}

	/** The connections break; the browser connects again in a second. */
	cut(): void {
		for (const stream of [...this.#streams.values()]) stream.cut();
	}

	/** The worker is gone without a word, and its stream with it. */
	killWorker(): void {
		this.#worker = null;
	}

	openTab(): void {
		const ports = {
			worker: () => this.#connect(),
			own: (listener: SourceListener) => this.#open(listener, () => true),
			onLeave: () => () => undefined,
		};
		const client = new StreamClient(streamOpener(ports));
		const reader = new LogReader("r1", {
			read: async (offset, limit) => {
				const bytes = this.log.slice(offset, offset + limit);
				await pause(this.readMs);
				return { bytes, offset, total: offset + bytes.length, generation: 0, firstLine: 1, cut: null };
			},
			wait: (ms) => pause(ms),
			onChange: () => undefined,
		});
		client.followLog("r1", {
			piece: ({ generation, offset, bytesBase64 }) => reader.push({ generation, offset, bytes: bytesOfBase64(bytesBase64) }),
			caughtUp: () => void reader.poll(),
		});
		client.start();
		void reader.start(0);
		this.readers.push(reader);
	}

	#connect(): StreamWorker {
		this.#worker ??= this.#newWorker();
		const mine = this.#worker;
		const alive = () => this.#worker === mine;
		const worker: StreamWorker = { onerror: null, port: { onmessage: null, postMessage: () => undefined, close: () => undefined } };
		const inside: StreamPort<ToWorker, ToTab> = {
			onmessage: null,
			postMessage: (data) => void setTimeout(() => alive() && worker.port.onmessage?.({ data }), 1),
			close: () => undefined,
		};
		worker.port.postMessage = (data) => void setTimeout(() => alive() && inside.onmessage?.({ data }), 1);
		setTimeout(() => alive() && mine.attach(inside), 1);
		return worker;
	}

	#newWorker(): FanOut {
		const made = new FanOut((listener) => this.#open(listener, () => this.#worker === made));
		return made;
	}

	#open(listener: SourceListener, alive: () => boolean): Source {
		return openOwnStream(listener, {
			events: () => this.#eventSource(alive),
			request: async (_method, path) => {
				await pause(20);
				const stream = this.#streams.get(path.split("/")[4] ?? "");
				if (stream) stream.follows = true;
				await pause(20);
				return stream ? 200 : 404;
			},
		});
	}

	#eventSource(alive: () => boolean) {
		let open = true;
		let id = "";
		const source = {
			onmessage: null as ((event: { data: string }) => void) | null,
			onerror: null as (() => void) | null,
			readyState: 1,
			close: () => {
				open = false;
				this.#streams.delete(id);
			},
		};
		const connect = () => {
			if (!open || !alive()) return;
			id = String(++this.#opened);
			const mine = id;
			const stream = {
				follows: false,
				say: (message: object) => {
					const data = JSON.stringify(message);
					setTimeout(() => alive() && this.#streams.has(mine) && source.onmessage?.({ data }), 5);
				},
				cut: () => {
					this.#streams.delete(mine);
					if (alive()) source.onerror?.();
					setTimeout(connect, 1_000);
				},
			};
			this.#streams.set(mine, stream);
			stream.say(hello("a", mine));
		};
		setTimeout(connect, 5);
		return source;
	}
}

function pause(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

it("lets every tab hold the log byte for byte, wherever it is cut and whenever they come", async () => {
	const step = fc.oneof(
		{ weight: 8, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 30 }) },
		{ weight: 3, arbitrary: fc.constantFrom("cut" as const, "tab" as const) },
		{ weight: 1, arbitrary: fc.constantFrom("kill" as const) },
		{ weight: 6, arbitrary: fc.integer({ min: 0, max: 1_500 }) },
	);
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 200 }), async (steps, readMs) => {
			const world = new World(readMs);
			world.openTab();
			for (const one of steps) {
				if (one instanceof Uint8Array) world.append(one);
				else if (one === "cut") world.cut();
				else if (one === "kill") world.killWorker();
				else if (one === "tab") world.openTab();
				else await vi.advanceTimersByTimeAsync(one);
			}
			// Long enough for a silence to be noticed and for the rest to be read; heartbeats come meanwhile.
			for (let beat = 0; beat < 8; beat++) {
				await vi.advanceTimersByTimeAsync(4_000);
				world.beat();
			}
			const sha256 = createHash("sha256").update(world.log).digest("hex");
			expect(world.readers.map((reader) => reader.sha256())).toEqual(world.readers.map(() => sha256));
			// What comes now needs no reading: everybody follows.
			world.append(Uint8Array.of(1, 2, 3));
			await vi.advanceTimersByTimeAsync(10);
			for (const reader of world.readers) expect(reader.end).toBe(world.log.length);
			vi.clearAllTimers();
		}),
		{ numRuns: 200 },
	);
});
