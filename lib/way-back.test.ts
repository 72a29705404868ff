import { expect, it } from "vitest";
import { runView } from "./testing/run-view.ts";
import { tookOver, waysBack } from "./way-back.ts";

const run = (nodeId: string, change: Parameters<typeof runView>[0] = {}) =>
	runView({ id: `run-${nodeId}`, nodeId, nodeName: nodeId, state: "done", ...change });
const names = (runs: readonly { nodeName: string }[]) => runs.map(({ nodeName }) => nodeName);

it("knows what was taken over by each node's newest attempt, and counts no completion and no way back", () => {
	const runs = [
		run("a", { id: "a1", state: "reverted" }),
		run("a", { id: "a2", attempt: 2 }),
		run("b", { id: "b1", position: 1 }),
		run("b", { id: "b2", position: 1, attempt: 2, state: "reverted" }),
		run("c", { fromRuntime: "containerd://1.6.20", position: 2 }),
		run("d", { direction: "rollback", position: 3 }),
	];
	expect(tookOver(runs).map(({ id }) => id)).toEqual(["a2"]);
});

it("offers what nobody takes back, and says by whom the rest goes, what is under way first", () => {
	const runs = ["a", "b", "c", "d", "e"].map((name, position) => run(name, { position }));
	const takenBack = [
		{ runId: "run-a", migrationId: "m2", over: true },
		{ runId: "run-b", migrationId: "m3", over: false },
		{ runId: "run-c", migrationId: "m2", over: true },
		{ runId: "run-d", migrationId: "m2", over: false },
	];
	const { open, taken } = waysBack({ runs, takenBack });
	expect(names(open)).toEqual(["e"]);
	expect(taken).toEqual([
		{ migrationId: "m3", over: false, count: 1 },
		{ migrationId: "m2", over: false, count: 1 },
		{ migrationId: "m2", over: true, count: 2 },
	]);
});

it("offers all of it where nothing goes back", () => {
	expect(waysBack({ runs: [run("a")], takenBack: [] })).toMatchObject({ open: [{ nodeName: "a" }], taken: [] });
});
