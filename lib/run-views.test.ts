import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policySchema } from "./contracts/plan.ts";
import { type RunState, type RunStepView, type RunView, runStateSchema } from "./contracts/run.ts";
import { countRuns, crowdedOut, needsYou, problemsFirst, retryable } from "./run-counts.ts";
import {
	cellOf,
	columnLike,
	gridCells,
	gridColumns,
	gridMode,
	latestRuns,
	moveInGrid,
	phaseGroups,
	startsPhase,
	stepNow,
} from "./run-grid.ts";
import { cancelEffect, runReason, runStatus } from "./run-status.ts";
import { runView } from "./testing/run-view.ts";

const NOW = Date.parse("2026-01-02T03:04:05.000Z");
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

function step(id: string, phase: RunStepView["phase"], more: Partial<RunStepView> = {}): RunStepView {
	return { id, position: 0, phase, where: "node", state: "waiting", startedAt: null, durationMs: null, logLine: null, ...more };
}

function run(nodeName: string, state: RunState, more: Partial<RunView> = {}): RunView {
	return runView({ id: `${nodeName}-run`, nodeId: nodeName, nodeName, state, createdAt: ago(100), ...more });
}

describe("runStatus", () => {
	it("has a person look at a node that is held, answering or not, and at none whose hold is answered or over", () => {
		const held = run("n", "verifying", { hold: "held", seenAt: ago(1) });
		expect(runStatus(held, NOW)).toMatchObject({ code: "held", needsYou: true });
		expect(runStatus({ ...held, seenAt: ago(60) }, NOW)).toMatchObject({ code: "unknown", needsYou: true });
		for (const hold of ["looking-again", "over", null] as const)
			expect(runStatus({ ...held, hold }, NOW)).toMatchObject({ code: "verifying", needsYou: false });
		expect(runStatus({ ...held, state: "reverting" }, NOW).needsYou).toBe(false);
		const runs = [run("a", "failed", { position: 0 }), { ...held, position: 1 }, run("c", "revert-failed", { position: 2 })];
		expect(needsYou(runs, NOW).map(({ nodeName }) => nodeName)).toEqual(["c", "n", "a"]);
	});

	it("never shows a node as running that has not answered for more than ten seconds", () => {
		for (const state of ["cutover", "reverting"] as const) {
			expect(runStatus(run("n", state, { seenAt: ago(9) }), NOW).code).toBe(state);
			expect(runStatus(run("n", state, { seenAt: ago(11) }), NOW)).toMatchObject({ code: "unknown", kind: "unknown" });
		}
	});

	it("does not ask a node for signs of life while only the cluster is worked with", () => {
		expect(runStatus(run("n", "draining", { seenAt: ago(600) }), NOW).code).toBe("draining");
		const preparing = run("n", "preparing", {
			seenAt: ago(600),
			steps: [step("connect", "prepare", { where: "console", state: "running" })],
		});
		expect(runStatus(preparing, NOW).code).toBe("preparing");
	});

	it("tells silence that is expected, a blocked drain and a node that waits for the API", () => {
		const silent = run("n", "cutover", { seenAt: ago(5), waiting: { code: "run.node-silent", values: {} } });
		expect(runStatus(silent, NOW).code).toBe("cutover-silent");
		const blocked = run("n", "draining", { waiting: { code: "drain.blocked", values: { pod: "web/api", budget: "api" } } });
		expect(runStatus(blocked, NOW)).toMatchObject({ code: "drain-blocked", needsYou: true });
		expect(runReason(blocked)).toEqual(blocked.waiting);
		const verifying = (code: string) => run("n", "verifying", { seenAt: ago(1), waiting: { code, values: {} } });
		expect(runStatus(verifying("run.api-away"), NOW).code).toBe("waiting-for-api");
	});

	it("says that a node is verified while the API answers, and before it was asked", () => {
		const verifying = run("n", "verifying", { seenAt: ago(1) });
		expect(runStatus(verifying, NOW).code).toBe("verifying");
		const lacking = { code: "run.node-ok-waiting-for-api", values: { node: "n", because: "verify.ready" } };
		expect(runStatus({ ...verifying, waiting: lacking }, NOW).code).toBe("verifying");
	});

	it("shows a draft's nodes as planned, and those without a plan as blocked", () => {
		expect(runStatus(run("n", "queued"), NOW, { draft: true }).code).toBe("planned");
		expect(runStatus(run("n", "skipped"), NOW, { draft: true })).toMatchObject({ code: "blocked-by-findings", needsYou: false });
	});

	it("says what cancelling one node does, and that it cannot be done after the commit", () => {
		expect(cancelEffect(run("n", "queued"))).toBe("never-starts");
		expect(cancelEffect(run("n", "draining"))).toBe("cleans-up");
		expect(cancelEffect(run("n", "verifying"))).toBe("goes-back");
		expect(cancelEffect(run("n", "finishing"))).toBeNull();
	});
});

describe("the grid", () => {
	it("draws steps for few nodes, phases for more and tiles for many", () => {
		expect([1, 30, 31, 100, 101].map(gridMode)).toEqual(["steps", "steps", "phases", "phases", "tiles"]);
	});

	it("has one column per step, in the order that every run has them", () => {
		const few = run("a", "queued", { steps: [step("connect", "prepare"), step("snapshot", "prepare"), step("evict", "drain")] });
		const more = run("b", "queued", {
			steps: [step("connect", "prepare"), step("install-crictl", "prepare"), step("snapshot", "prepare"), step("commit", "finish")],
		});
		expect(gridColumns([few, more], "steps").map((column) => column.key)).toEqual([
			"connect",
			"install-crictl",
			"snapshot",
			"evict",
			"commit",
		]);
		expect(gridCells(few, gridColumns([few, more], "steps"), "steps").map((cell) => cell?.key ?? null)).toEqual([
			"connect",
			null,
			"snapshot",
			"evict",
			null,
		]);
	});

	it("gives every step of every run exactly one cell, whatever steps the runs have", () => {
		const phases = ["prepare", "drain", "cutover"] as const;
		const names = ["a", "b", "c", "d", "e", "f"];
		const anySteps = fc
			.uniqueArray(fc.constantFrom(...names), { maxLength: 6 })
			.map((ids) => ids.sort().map((id) => step(id, phases[names.indexOf(id) >> 1] ?? "prepare")));
		fc.assert(
			fc.property(fc.array(anySteps, { maxLength: 5 }), (plans) => {
				const runs = plans.map((steps, index) => run(`n${index}`, "queued", { steps }));
				const columns = gridColumns(runs, "steps");
				expect(new Set(columns.map((column) => column.key)).size).toBe(columns.length);
				for (const one of runs) {
					const cells = gridCells(one, columns, "steps").flatMap((cell) => (cell ? [cell.key] : []));
					expect(cells).toEqual(one.steps.map((own) => own.id));
				}
			}),
		);
	});

	it("groups the columns by phase, and knows where one begins", () => {
		const steps = [step("connect", "prepare"), step("snapshot", "prepare"), step("evict", "drain")];
		const columns = gridColumns([run("a", "queued", { steps })], "steps");
		expect(phaseGroups(columns)).toEqual([
			{ phase: "prepare", columns: 2 },
			{ phase: "drain", columns: 1 },
		]);
		expect(columns.map((_, index) => startsPhase(columns, index))).toEqual([true, false, true]);
		expect(phaseGroups([])).toEqual([]);
	});

	it("knows which step a node is at", () => {
		const of = (...states: RunStepView["state"][]) =>
			stepNow(run("a", "cutover", { steps: states.map((state, index) => step(`s${index}`, "cutover", { state })) }));
		expect([of("ok", "running", "waiting"), of("waiting", "waiting"), of("ok", "ok"), of("ok", "failed")]).toEqual([
			"s1",
			null,
			null,
			null,
		]);
	});

	it("shows the way back as one column, only where a node goes it", () => {
		const back = run("a", "reverting", {
			steps: [
				step("stop-kubelet", "cutover", { state: "ok" }),
				step("revert:stop-kubelet", "revert", { state: "running", startedAt: ago(3) }),
			],
		});
		const columns = gridColumns([back], "phases");
		expect(columns.map((column) => column.key)).toEqual(["cutover", "revert"]);
		expect(gridCells(back, columns, "phases")[1]).toMatchObject({ state: "running", stepId: "revert:stop-kubelet" });
	});

	it("is failed where one step failed, and opens that one", () => {
		const steps = [
			step("a", "cutover", { state: "ok", durationMs: 100 }),
			step("b", "cutover", { state: "failed", durationMs: 50, logLine: 7 }),
			step("c", "cutover"),
		];
		expect(cellOf("cutover", steps)).toMatchObject({ state: "failed", durationMs: 150, stepId: "b", logLine: 7, done: 1, total: 3 });
		expect(cellOf("x", [step("a", "cutover", { state: "ok" }), step("b", "cutover")]).state).toBe("running");
		expect(cellOf("x", [step("a", "cutover", { state: "skipped" })]).state).toBe("skipped");
	});

	it("shows the newest attempt of each node with those before it", () => {
		const first = run("a", "failed", { id: "a1" });
		const second = run("a", "done", { id: "a2", attempt: 2 });
		const rows = latestRuns([first, second, run("b", "queued", { position: 1 })]);
		expect(rows.map((row) => [row.run.id, row.earlier.map((one) => one.id)])).toEqual([
			["a2", ["a1"]],
			["b-run", []],
		]);
	});

	it("moves by arrow keys within its edges", () => {
		const size = { rows: 2, columns: 3 };
		expect(moveInGrid({ row: 0, column: 0 }, "ArrowLeft", size)).toEqual({ row: 0, column: -1 });
		expect(moveInGrid({ row: 0, column: -1 }, "ArrowLeft", size)).toBeNull();
		expect(moveInGrid({ row: 1, column: 2 }, "ArrowDown", size)).toBeNull();
		expect(moveInGrid({ row: 0, column: 0 }, "End", size)).toEqual({ row: 0, column: 2 });
		expect(moveInGrid({ row: 0, column: 0 }, "x", size)).toBeNull();
	});

	it("finds the column that stands for another where steps become phases, and back", () => {
		const steps = [
			{ key: "snapshot", phase: "prepare" },
			{ key: "stop-kubelet", phase: "cutover" },
			{ key: "start-kubelet", phase: "cutover" },
			{ key: "revert", phase: "revert" },
		] as const;
		const phases = [
			{ key: "prepare", phase: "prepare" },
			{ key: "cutover", phase: "cutover" },
			{ key: "revert", phase: "revert" },
		] as const;
		expect(steps.map((step) => columnLike(step, phases))).toEqual([0, 1, 1, 2]);
		expect(phases.map((phase) => columnLike(phase, steps))).toEqual([0, 1, 3]);
		expect(steps.map((step) => columnLike(step, steps))).toEqual([0, 1, 2, 3]);
		expect(columnLike(undefined, phases)).toBe(-1);
		expect(columnLike(steps[3], phases.slice(0, 2))).toBe(-1);
	});
});

describe("counts", () => {
	it("puts every node in exactly one group", () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...runStateSchema.options), { maxLength: 20 }), (states) => {
				const counts = countRuns(states.map((state, index) => run(`n${index}`, state)));
				expect(counts.done + counts.running + counts.blocked + counts.failed + counts.waiting + counts.ended + counts.excluded).toBe(
					counts.total,
				);
				expect(counts.total).toBe(states.length);
			}),
		);
	});

	it("never counts as running what has not answered for too long", () => {
		const runs = [run("a", "cutover", { seenAt: "2026-01-01T00:00:00Z" }), run("b", "cutover", { seenAt: "2026-01-01T00:01:00Z" })];
		const at = Date.parse("2026-01-01T00:01:02Z");
		expect(countRuns(runs, at)).toMatchObject({ running: 1, unknown: 1, out: 2 });
		expect(countRuns(runs)).toMatchObject({ running: 2, unknown: 0 });
	});

	it("counts apart whose drain is blocked: it is out, and does not run", () => {
		const of = (code: string) => run(code, "draining", { waiting: { code, values: {} } });
		const runs = [of("drain.evicting"), of("drain.blocked"), of("drain.unreachable")];
		expect(countRuns(runs, NOW)).toMatchObject({ running: 1, blocked: 2, out: 3 });
		expect(runStatus(of("drain.blocked"), NOW).kind).toBe("blocked");
	});

	it("counts a node that was tried again once, by its newest attempt", () => {
		const runs = [run("a", "failed", { id: "1" }), run("a", "done", { id: "2", attempt: 2 }), run("b", "cutover", { position: 1 })];
		expect(countRuns(runs)).toMatchObject({ total: 2, done: 1, failed: 0, running: 1, out: 1 });
		expect(retryable(runs)).toMatchObject({ failed: 0, notStarted: 0 });
	});

	it("offers to start, and not to retry, what a person skipped", () => {
		const out = { id: "cordon", position: 0, phase: "drain", where: "console", state: "ok", startedAt: "2026-01-01T00:00:00Z" } as const;
		const gone = run("c", "cancelled", { position: 2, steps: [{ ...out, durationMs: 5, logLine: null }] });
		const unplanned = run("d", "skipped", { position: 3, attempt: 2 });
		expect(retryable([run("a", "failed"), run("b", "cancelled", { position: 1 }), gone, unplanned])).toMatchObject({
			failed: 3,
			notStarted: 1,
		});
	});

	it("names what needs a person, the worst first", () => {
		const runs = [
			run("a", "failed", { position: 0 }),
			run("b", "revert-failed", { position: 1 }),
			run("c", "cutover", { position: 2 }),
			run("d", "draining", { position: 3, waiting: { code: "drain.blocked", values: {} } }),
		];
		expect(needsYou(runs, NOW).map((one) => one.nodeName)).toEqual(["b", "a", "d"]);
		expect(problemsFirst([...runs].reverse(), NOW)[3]?.nodeName).toBe("c");
	});
});

describe("crowdedOut", () => {
	const crowd = (runs: RunView[], unavailable: string[], policy = {}) =>
		crowdedOut({ migration: { policy: policySchema.parse(policy), withoutApi: false, direction: "migrate" }, runs, unavailable });

	it("names the nodes that take every place, so that nothing ever goes out", () => {
		expect(crowd([run("a", "prepared"), run("b", "queued")], ["x"])).toEqual(["x"]);
		expect(crowd([run("a", "prepared")], ["x"], { maxUnavailable: 2 })).toEqual([]);
		expect(crowd([run("a", "prepared")], [])).toEqual([]);
	});

	it("lets a node go whose own place is counted already", () => {
		expect(crowd([run("a", "prepared")], ["a"])).toEqual([]);
		expect(crowd([run("a", "prepared")], ["a", "x"])).toEqual(["a", "x"]);
		expect(crowd([run("a", "prepared", { position: 1 }), run("b", "prepared", { position: 0 })], ["b"])).toEqual([]);
		expect(crowd([run("a", "prepared", { position: 0 }), run("b", "prepared", { position: 1 })], ["b"])).toEqual(["b"]);
	});

	it("says nothing while ours are out, when all is over, or where nothing is to go out", () => {
		expect(crowd([run("a", "draining"), run("b", "prepared")], ["x"])).toEqual([]);
		expect(crowd([run("a", "done")], ["x"])).toEqual([]);
		expect(crowd([run("a", "prepared")], ["x"], { prepareOnly: true })).toEqual([]);
	});
});
