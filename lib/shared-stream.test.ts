import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type StreamWorker, streamOpener } from "./shared-stream.ts";
import type { ToTab, ToWorker } from "./stream-port.ts";
import type { OpenSource, Source } from "./stream-source.ts";
import { FakeSource } from "./testing/fake-source.ts";

class FakeWorker implements StreamWorker {
	onerror: (() => void) | null = null;
	readonly told: ToWorker[] = [];
	closed = false;
	readonly port = {
		onmessage: null as ((event: { data: ToTab }) => void) | null,
		postMessage: (message: ToWorker) => void this.told.push(message),
		close: () => {
			this.closed = true;
		},
	};
	say(message: ToTab) {
		this.port.onmessage?.({ data: message });
	}
}

let workers: FakeWorker[];
let makeWorker: () => FakeWorker | null;
let leave: () => void;
let heard: string[];
let open: OpenSource;
const listener = {
	message: (data: string) => heard.push(data.slice(0, 10)),
	following: (runIds: readonly string[]) => heard.push(`following ${runIds}`),
	broken: (closed: boolean) => heard.push(closed ? "closed" : "broken"),
};

beforeEach(() => {
	vi.useFakeTimers();
	[workers, heard] = [[], []];
	makeWorker = () => {
		const worker = new FakeWorker();
		workers.push(worker);
		return worker;
	};
	open = streamOpener({
		worker: () => makeWorker(),
		own: (to) => new FakeSource(to, true),
		onLeave: (run) => {
			leave = run;
			return () => {
				leave = () => undefined;
			};
		},
	});
});
afterEach(() => {
	expect(vi.getTimerCount()).toBe(0);
	vi.useRealTimers();
});

/** Opens it with a worker that works. */
function attached(): [Source, FakeWorker] {
	const source = open(listener);
	const worker = workers.at(-1)!;
	worker.say({ kind: "attached" });
	return [source, worker];
}

it("passes on what the worker says, and answers it", () => {
	const [source, worker] = attached();
	expect(source.own).toBe(false);
	source.follow(["r1"]);
	worker.say({ kind: "message", data: "{}" });
	worker.say({ kind: "gap" });
	worker.say({ kind: "following", runIds: ["r1"] });
	worker.say({ kind: "ping" });
	worker.say({ kind: "dropped" });
	expect(heard).toEqual(["{}", "broken", "following r1", "closed"]);
	expect(worker.told).toEqual([{ kind: "follow", runIds: ["r1"] }, { kind: "alive" }]);
});

it("says what it has taken where much comes between two pings", () => {
	const [, worker] = attached();
	const data = "x".repeat(300_000);
	for (let count = 0; count < 8; count++) worker.say({ kind: "message", data });
	expect(worker.told).toEqual([{ kind: "alive" }, { kind: "alive" }]);
});

it("says good-bye when it is closed or the page goes away, and comes back with a page that is shown again", () => {
	const [source, worker] = attached();
	source.close();
	worker.say({ kind: "message", data: "{}" });
	expect([worker.told, worker.closed, heard]).toEqual([[{ kind: "bye" }], true, []]);
	const [, other] = attached();
	leave();
	expect([other.told, other.closed, heard]).toEqual([[{ kind: "bye" }], true, ["closed"]]);
});

it.each([
	["is not to be had", () => null],
	[
		"is refused",
		() => {
			throw new DOMException("no", "SecurityError");
		},
	],
])("is the tab's own where the worker %s", (_why, make) => {
	makeWorker = make;
	expect(open(listener).own).toBe(true);
});

it("is the tab's own, from the next time on, where the worker's script cannot be loaded", () => {
	open(listener);
	workers[0]?.onerror?.();
	expect(heard).toEqual(["closed"]);
	expect(open(listener).own).toBe(true);
	expect(workers).toHaveLength(1);
});

it("is the tab's own, from the next time on, where the worker does not say a word", () => {
	open(listener);
	vi.advanceTimersByTime(8_000);
	expect(heard).toEqual(["closed"]);
	expect(workers[0]?.closed).toBe(true);
	expect(open(listener).own).toBe(true);
});

it("goes on with the worker where it was closed before the worker's first word", () => {
	open(listener).close();
	vi.advanceTimersByTime(60_000);
	attached();
	expect(workers).toHaveLength(2);
});
