import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Gate, gateSchema, rolloutSchema } from "../../lib/contracts/rollout.ts";
import { migrationStateSchema, type RunState, runStateSchema } from "../../lib/contracts/run.ts";
import { currentTurn, wavesOf } from "../../lib/rollout-waves.ts";
import { OUT_RUN_STATES } from "../../lib/run-states.ts";
import { isInWindow } from "../../lib/time-window.ts";
import { decide, heldUpByOthers, type Rollout, type RolloutRun } from "./decide.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const run = (id: string, state: RunState, more: Partial<RolloutRun> = {}): RolloutRun => ({
	id,
	nodeId: id,
	state,
	position: Number(id.replace(/\D/g, "")) || 0,
	controlPlane: false,
	unavailable: false,
	held: false,
	silent: false,
	wentOut: true,
	called: false,
	failureSeen: false,
	endedMs: null,
	...more,
});
type Given = Partial<Omit<Rollout, "policy">> & { policy?: object };
const rollout = (runs: RolloutRun[], { policy = {}, ...more }: Given = {}): Rollout => ({
	state: "running",
	direction: "migrate",
	maxUnavailable: 1,
	prepareOnly: false,
	policy: rolloutSchema.parse(policy),
	passed: [],
	runs,
	otherUnavailable: 0,
	otherControlPlaneOut: false,
	nowMs: NOW,
	...more,
});

/** True once in so many: a rollout where everything is unlikely at once lets nobody out, and shows nothing. */
const once = (inHowMany: number) => fc.nat({ max: inHowMany - 1 }).map((one) => one === 0);
const anyRun = fc.record({
	state: fc.oneof(
		{ weight: 2, arbitrary: fc.constantFrom(...runStateSchema.options) },
		{ weight: 3, arbitrary: fc.constantFrom("prepared" as const, "done" as const) },
	),
	controlPlane: once(4),
	unavailable: once(8),
	held: fc.boolean(),
	silent: once(4),
	wentOut: fc.boolean(),
	called: once(4),
	failureSeen: fc.boolean(),
	endedMs: fc.option(fc.integer({ min: NOW - 100_000, max: NOW })),
});
const anyShare = fc.oneof(
	fc.integer({ min: 1, max: 5 }),
	fc.integer({ min: 1, max: 100 }).map((share) => `${share}%`),
);
const anyPolicy = fc
	.record({
		canary: fc.option(
			fc.record({
				nodes: anyShare,
				nodeIds: fc.subarray(["r0", "r3", "r7"]),
				soakS: fc.constantFrom(0, 60),
				ask: fc.boolean(),
			}),
		),
		batchSize: fc.option(anyShare),
		pauseS: fc.constantFrom(0, 60),
		maxFailures: fc.integer({ min: 0, max: 3 }),
		onFailures: fc.constantFrom("hold" as const, "roll-back" as const),
		askBeforeControlPlane: fc.boolean(),
		prepareConcurrency: fc.integer({ min: 1, max: 4 }),
		window: fc.option(
			fc.constantFrom(
				{ from: "11:00", to: "13:00", timeZone: "UTC" },
				{ from: "22:00", to: "04:00", timeZone: "UTC" },
				{ from: "19:00", to: "21:00", timeZone: "Asia/Shanghai" },
			),
		),
	})
	.map((policy) => rolloutSchema.parse(policy));
const anyRollout: fc.Arbitrary<Rollout> = fc
	.record({
		state: fc.oneof(
			{ weight: 1, arbitrary: fc.constantFrom(...migrationStateSchema.options) },
			{ weight: 4, arbitrary: fc.constant("running" as const) },
		),
		direction: fc.constantFrom("migrate" as const, "rollback" as const),
		maxUnavailable: fc.integer({ min: 1, max: 5 }),
		prepareOnly: once(8),
		policy: anyPolicy,
		passed: fc.subarray([...gateSchema.options]),
		heldFor: fc.option(fc.nat({ max: 11 })),
		otherUnavailable: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 })),
		otherControlPlaneOut: once(4),
		runs: fc.array(anyRun, { maxLength: 12 }),
		nowMs: fc.constant(NOW),
	})
	.map((given) => ({
		...given,
		heldFor: given.heldFor === null ? null : `r${given.heldFor}`,
		runs: given.runs.map((one, index) => ({
			...one,
			held: one.held && one.state === "verifying",
			silent: one.silent && one.state === "preparing",
			id: `r${index}`,
			nodeId: `r${index}`,
			position: index,
		})),
	}));
const RUNS = { numRuns: 10_000 };
/** Runs of the rollout's making of which some go out now: a property of those says nothing of a rollout that lets nobody out. */
const goingOut = (given: Rollout) => {
	const ids = new Set(decide(given).flatMap((action) => (action.kind === "go-out" ? [action.runId] : [])));
	return given.runs.filter((one) => ids.has(one.id));
};

const isOut = (one: RolloutRun) => (OUT_RUN_STATES as readonly RunState[]).includes(one.state);

describe("decide", () => {
	it("problem 43: never has more nodes out than allowed, counting those that are out anyway", () => {
		fc.assert(
			fc.property(anyRollout, (given) => {
				const going = decide(given).filter((action) => action.kind === "go-out");
				if (going.length === 0) return;
				const ids = new Set(going.map((action) => action.runId));
				const out = given.otherUnavailable + given.runs.filter((one) => isOut(one) || one.unavailable || ids.has(one.id)).length;
				expect(out).toBeLessThanOrEqual(given.maxUnavailable);
			}),
			RUNS,
		);
	});

	it("tells which runs wait for nodes that others have out, and none that would wait anyway", () => {
		const two = [run("r1", "prepared"), run("r2", "prepared")];
		expect(heldUpByOthers(rollout(two, { otherUnavailable: 1 }))).toEqual(["r1"]);
		expect(heldUpByOthers(rollout(two, { otherUnavailable: 1, maxUnavailable: 3 }))).toEqual([]);
		expect(heldUpByOthers(rollout(two))).toEqual([]);
		expect(heldUpByOthers(rollout([run("r0", "cutover"), ...two], { otherUnavailable: 1 }))).toEqual([]);
		expect(heldUpByOthers(rollout([run("r0", "reverted", { unavailable: true, failureSeen: true }), ...two]))).toEqual(["r1"]);
		expect(heldUpByOthers(rollout(two, { otherUnavailable: 1, state: "paused" }))).toEqual([]);
		expect(heldUpByOthers(rollout([run("r1", "prepared", { controlPlane: true })], { otherControlPlaneOut: true }))).toEqual(["r1"]);
	});

	it("starts nothing unless it runs, and nothing after a failure that nobody has seen", () => {
		fc.assert(
			fc.property(anyRollout, (given) => {
				const starts = decide(given).filter((action) => action.kind === "prepare" || action.kind === "go-out");
				const failed = given.runs.filter(
					(one) => (one.held || ["failed", "reverted", "revert-failed"].includes(one.state)) && !one.failureSeen,
				);
				if (given.state !== "running" || failed.length > given.policy.maxFailures) expect(starts).toEqual([]);
			}),
			RUNS,
		);
	});

	it("problem 16: takes control plane nodes last and one at a time, and back first", () => {
		fc.assert(
			fc.property(anyRollout, (given) => {
				const going = goingOut(given);
				const controlPlane = going.filter((one) => one.controlPlane);
				expect(controlPlane.length).toBeLessThanOrEqual(1);
				const over = ["done", "failed", "reverted", "revert-failed", "cancelled", "not-started", "skipped"];
				if (controlPlane.length > 0) {
					expect(given.otherControlPlaneOut || given.runs.some((one) => one.controlPlane && isOut(one))).toBe(false);
					expect(going).toHaveLength(1);
				}
				const first = given.direction === "migrate" ? controlPlane : going.filter((one) => !one.controlPlane);
				if (first.length > 0)
					expect(given.runs.filter((one) => one.controlPlane !== first[0]?.controlPlane && !over.includes(one.state))).toEqual([]);
			}),
			RUNS,
		);
	});

	it("lets only the current wave out, after its rest, within its hours and past its questions", () => {
		let went = 0;
		fc.assert(
			fc.property(anyRollout, (given) => {
				const going = goingOut(given);
				if (going.length === 0) return;
				went += 1;
				const waves = wavesOf(given.runs, given.policy, given.direction);
				const turn = currentTurn(waves, given.policy, given.passed);
				expect(going.every((one) => turn?.wave.runs.includes(one))).toBe(true);
				expect(turn?.gate).toBeNull();
				expect(turn?.opensMs ?? 0).toBeLessThanOrEqual(NOW);
				if (given.policy.window) expect(isInWindow(given.policy.window, NOW)).toBe(true);
			}),
			RUNS,
		);
		expect(went).toBeGreaterThan(500);
	});

	it("names each run at most once, and only in a state that the action fits", () => {
		fc.assert(
			fc.property(anyRollout, (given) => {
				const state = new Map(given.runs.map((one) => [one.id, one.state]));
				const named = decide(given).flatMap((action) => ("runId" in action ? [action] : []));
				expect(new Set(named.map((action) => action.runId)).size).toBe(named.length);
				for (const action of named) {
					const fits = {
						prepare: ["queued"],
						"go-out": ["prepared"],
						"never-start": ["queued", "prepared"],
						"go-on": ["finishing", "done"],
					}[action.kind];
					expect(fits).toContain(state.get(action.runId));
					expect(given.state === "held").toBe(action.kind === "go-on");
				}
			}),
			RUNS,
		);
	});

	it("ends, whatever the order in which nodes finish", () => {
		fc.assert(
			fc.property(
				fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
				fc.integer({ min: 1, max: 3 }),
				anyPolicy,
				fc.constantFrom("migrate" as const, "rollback" as const),
				fc.infiniteStream(fc.nat()),
				(kinds, maxUnavailable, policy, direction, picks) => {
					const passed: Gate[] = [];
					let nowMs = NOW;
					const runs = kinds.map((controlPlane, index) => run(`r${index}`, "queued", { controlPlane }));
					for (let turn = 0; turn < 200; turn += 1) {
						const actions = decide(rollout(runs, { maxUnavailable, policy, direction, passed, nowMs }));
						nowMs += 30 * 60_000;
						if (actions.some((action) => action.kind === "end")) {
							expect(actions).toEqual([{ kind: "end", state: "done" }]);
							return;
						}
						for (const action of actions) {
							if (action.kind === "ask") {
								expect(passed).not.toContain(action.gate);
								passed.push(action.gate);
							}
							const one = runs.find((candidate) => "runId" in action && candidate.id === action.runId);
							if (one) one.state = action.kind === "prepare" ? "preparing" : "draining";
						}
						const moving = runs.filter((one) => one.state === "preparing" || one.state === "draining");
						const one = moving[(picks.next().value ?? 0) % Math.max(1, moving.length)];
						if (one) one.endedMs = one.state === "preparing" ? null : nowMs;
						if (one) one.state = one.state === "preparing" ? "prepared" : "done";
					}
					expect.unreachable("it did not end");
				},
			),
		);
	});

	it("lets the next one out when one is verified", () => {
		const runs = [run("r0", "finishing"), run("r1", "prepared"), run("r2", "prepared")];
		expect(decide(rollout(runs))).toEqual([{ kind: "go-out", runId: "r1" }]);
	});

	it("holds after the first failure, and goes on once it was seen", () => {
		const runs = [run("r0", "reverted"), run("r1", "prepared")];
		expect(decide(rollout(runs))).toEqual([{ kind: "hold", because: "r0" }]);
		const seen = [run("r0", "reverted", { failureSeen: true }), run("r1", "prepared")];
		expect(decide(rollout(seen))).toEqual([{ kind: "go-out", runId: "r1" }]);
	});

	it("goes on after failures within the threshold, but never after a canary's or a control plane node's", () => {
		const policy = { maxFailures: 1 };
		const runs = (state: RunState, more: Partial<RolloutRun> = {}) => [run("r0", state, more), run("r1", "prepared")];
		expect(decide(rollout(runs("reverted"), { policy }))).toEqual([{ kind: "go-out", runId: "r1" }]);
		expect(decide(rollout([...runs("reverted"), run("r2", "failed")], { policy }))).toEqual([{ kind: "hold", because: "r0" }]);
		expect(decide(rollout(runs("reverted"), { policy: { ...policy, canary: { nodes: 1, soakS: 0 } } }))).toEqual([
			{ kind: "hold", because: "r0" },
		]);
		expect(decide(rollout(runs("revert-failed"), { policy }))).toEqual([{ kind: "hold", because: "r0" }]);
		const back = [run("r0", "reverted", { controlPlane: true }), run("r1", "prepared")];
		expect(decide(rollout(back, { policy, direction: "rollback" }))).toEqual([{ kind: "hold", because: "r0" }]);
	});

	it("starts nothing while a node is on its way back that might be one too many", () => {
		const runs = [run("r0", "reverting"), run("r1", "prepared")];
		expect(decide(rollout(runs, { maxUnavailable: 2 }))).toEqual([]);
		expect(decide(rollout(runs, { maxUnavailable: 2, policy: { maxFailures: 1 } }))).toEqual([{ kind: "go-out", runId: "r1" }]);
		const seen = [run("r2", "failed"), ...runs];
		expect(decide(rollout(seen, { maxUnavailable: 2, policy: { maxFailures: 1 } }))).toEqual([]);
	});

	it("starts nothing while a node is held that would be one failure too many, until a person has seen it", () => {
		const policy = { maxFailures: 1 };
		const held = run("r0", "verifying", { held: true });
		const next = run("r1", "prepared");
		const given = { maxUnavailable: 2 };
		expect(decide(rollout([held, next], given))).toEqual([{ kind: "hold", because: "r0" }]);
		expect(decide(rollout([{ ...held, failureSeen: true }, next], given))).toEqual([{ kind: "go-out", runId: "r1" }]);
		expect(decide(rollout([held, next], { ...given, policy }))).toEqual([{ kind: "go-out", runId: "r1" }]);
		expect(decide(rollout([held, next, run("r2", "failed")], { ...given, policy }))).toEqual([{ kind: "hold", because: "r0" }]);
		expect(decide(rollout([held, next], { ...given, policy: { ...policy, canary: { nodes: 1, soakS: 0 } } }))).toEqual([
			{ kind: "hold", because: "r0" },
		]);
		// Out all the same: it takes one of the places.
		expect(decide(rollout([held, next], { policy }))).toEqual([]);
	});

	it("takes no batch back for a node that is held, and starts nothing meanwhile", () => {
		const policy = { onFailures: "roll-back" };
		const runs = (state: RunState, held: boolean) => [run("r0", "done"), run("r1", state, { held }), run("r2", "prepared")];
		expect(decide(rollout(runs("verifying", true), { maxUnavailable: 2, policy }))).toEqual([]);
		expect(decide(rollout(runs("reverted", false), { maxUnavailable: 2, policy }))).toEqual([{ kind: "hold", because: "r1" }]);
		expect(decide(rollout(runs("done", false), { maxUnavailable: 2, policy }))).toEqual([{ kind: "go-out", runId: "r2" }]);
	});

	it("goes on when the node that it was held for has come well after all, and nothing else holds it", () => {
		const held = { state: "held" as const, heldFor: "r0" };
		const next = run("r1", "prepared");
		const goOn = [{ kind: "go-on", runId: "r0" }];
		expect(decide(rollout([run("r0", "verifying", { held: true }), next], held))).toEqual([]);
		expect(decide(rollout([run("r0", "verifying"), next], held))).toEqual([]);
		expect(decide(rollout([run("r0", "finishing"), next], held))).toEqual(goOn);
		expect(decide(rollout([run("r0", "done"), next], held))).toEqual(goOn);
		expect(decide(rollout([run("r0", "done"), next, run("r2", "failed")], held))).toEqual([]);
		expect(decide(rollout([run("r0", "done"), next], { state: "held" }))).toEqual([]);
		expect(decide(rollout([run("r0", "done"), next], { ...held, state: "paused" }))).toEqual([]);
	});

	it("rests after the canary, asks, and rests between batches", () => {
		const policy = { canary: { nodes: 1, soakS: 60, ask: true }, batchSize: 1, pauseS: 30 };
		const soaking = [run("r0", "done", { endedMs: NOW - 59_000 }), run("r1", "prepared"), run("r2", "prepared")];
		expect(decide(rollout(soaking, { policy }))).toEqual([]);
		const soaked = [run("r0", "done", { endedMs: NOW - 60_000 }), ...soaking.slice(1)];
		expect(decide(rollout(soaked, { policy }))).toEqual([{ kind: "ask", gate: "canary" }]);
		expect(decide(rollout(soaked, { policy, passed: ["canary"] }))).toEqual([{ kind: "go-out", runId: "r1" }]);
		const paused = [run("r0", "done"), run("r1", "done", { endedMs: NOW - 29_000 }), run("r2", "prepared")];
		expect(decide(rollout(paused, { policy, passed: ["canary"] }))).toEqual([]);
		expect(decide(rollout(paused, { policy, passed: ["canary"], nowMs: NOW + 1_000 }))).toEqual([{ kind: "go-out", runId: "r2" }]);
	});

	it("takes no node that fails while it is prepared for one that its wave has begun with", () => {
		const policy = { canary: { nodes: 1, soakS: 60, ask: true }, maxFailures: 2, askBeforeControlPlane: true };
		const canary = run("r0", "done", { endedMs: NOW - 59_000 });
		for (const state of ["failed", "cleaning"] as const) {
			const prepared = run("r1", state, { wentOut: false });
			const given = { policy, maxUnavailable: 3 };
			expect(decide(rollout([canary, prepared, run("r2", "prepared")], given))).toEqual([]);
			const later = { ...given, nowMs: NOW + 1_000 };
			expect(decide(rollout([canary, prepared, run("r2", "prepared")], later))).toEqual([{ kind: "ask", gate: "canary" }]);
			expect(decide(rollout([canary, { ...prepared, wentOut: true }, run("r2", "prepared")], given))).toContainEqual({
				kind: "go-out",
				runId: "r2",
			});
		}
		const control = [
			run("r1", "failed", { controlPlane: true, wentOut: false, failureSeen: true }),
			run("r2", "prepared", { controlPlane: true }),
		];
		expect(decide(rollout([canary, ...control], { policy, passed: ["canary"], nowMs: NOW + 1_000 }))).toEqual([
			{ kind: "ask", gate: "control-plane" },
		]);
		// A canary that never went out has shown nothing.
		const unproven = [run("r0", "failed", { wentOut: false, failureSeen: true }), run("r1", "prepared")];
		expect(decide(rollout(unproven, { policy: { ...policy, canary: { nodes: 1, soakS: 0 } } }))).toEqual([{ kind: "ask", gate: "canary" }]);
	});

	it("goes on while one is cleaned up that a person has called back", () => {
		const runs = (called: boolean) => [run("r0", "cleaning", { called, wentOut: false }), run("r1", "prepared")];
		expect(decide(rollout(runs(true), { maxUnavailable: 2 }))).toEqual([{ kind: "go-out", runId: "r1" }]);
		expect(decide(rollout(runs(false), { maxUnavailable: 2 }))).toEqual([]);
	});

	it("asks a rollback's question of its canaries after them, not before the control plane that comes back first", () => {
		const given = { policy: { canary: { nodes: 1, soakS: 0, ask: true } }, direction: "rollback" } as const;
		const [canary, worker] = [run("r0", "prepared"), run("r1", "prepared")];
		const first = [canary, worker, run("cp", "prepared", { controlPlane: true })];
		expect(decide(rollout(first, given))).toEqual([{ kind: "go-out", runId: "cp" }]);
		const control = run("cp", "done", { controlPlane: true });
		expect(decide(rollout([canary, worker, control], given))).toEqual([{ kind: "go-out", runId: "r0" }]);
		const shown = [run("r0", "done"), worker, control];
		expect(decide(rollout(shown, given))).toEqual([{ kind: "ask", gate: "canary" }]);
		expect(decide(rollout(shown, { ...given, passed: ["canary"] }))).toEqual([{ kind: "go-out", runId: "r1" }]);
	});

	it("takes them in their order, whoever is prepared first", () => {
		const [first, next, last] = [run("r0", "preparing"), run("r1", "prepared"), run("r2", "prepared")];
		expect(decide(rollout([first, next, last], { maxUnavailable: 2 }))).toEqual([]);
		const behind = [run("r0", "prepared"), run("r1", "queued"), last];
		const policy = { prepareConcurrency: 1 };
		expect(decide(rollout([...behind, run("r3", "preparing")], { maxUnavailable: 2, policy }))).toEqual([{ kind: "go-out", runId: "r0" }]);
		expect(decide(rollout([run("r0", "cancelled"), next, last], { maxUnavailable: 2 })).map((one) => "runId" in one && one.runId)).toEqual([
			"r1",
			"r2",
		]);
		// Who may never answer again is not waited for, here or where others are prepared.
		const silent = { ...first, silent: true };
		expect(decide(rollout([silent, next, last]))).toEqual([{ kind: "go-out", runId: "r1" }]);
		expect(decide(rollout([silent, run("r1", "queued"), last], { policy }))).toEqual([{ kind: "prepare", runId: "r1" }]);
		// Another batch's are not waited for.
		expect(decide(rollout([next, run("r2", "preparing")], { policy: { batchSize: 1 } }))).toEqual([{ kind: "go-out", runId: "r1" }]);
	});

	it("takes named canaries first, and none in the place of one that cannot go", () => {
		const policy = { canary: { nodeIds: ["r2"], soakS: 0 } };
		const runs = [run("r0", "prepared"), run("r1", "prepared"), run("r2", "prepared")];
		expect(decide(rollout(runs, { policy, maxUnavailable: 3 }))).toEqual([{ kind: "go-out", runId: "r2" }]);
		const left = [...runs.slice(0, 2), run("r2", "skipped")];
		expect(wavesOf(left, rolloutSchema.parse(policy), "migrate").map(({ kind }) => kind)).toEqual(["batch"]);
	});

	it("lets nobody out outside the hours, and finishes who is out", () => {
		const policy = { window: { from: "22:00", to: "04:00", timeZone: "UTC" } };
		const runs = [run("r0", "cutover"), run("r1", "prepared"), run("r2", "queued")];
		expect(decide(rollout(runs, { policy, maxUnavailable: 2 }))).toEqual([{ kind: "prepare", runId: "r2" }]);
		const night = Date.parse("2026-03-01T23:00:00Z");
		expect(decide(rollout(runs, { policy, maxUnavailable: 2, nowMs: night }))).toContainEqual({ kind: "go-out", runId: "r1" });
	});

	it("prepares only, then waits for a person", () => {
		expect(decide(rollout([run("r0", "queued")], { prepareOnly: true }))).toEqual([{ kind: "prepare", runId: "r0" }]);
		expect(decide(rollout([run("r0", "prepared")], { prepareOnly: true }))).toEqual([{ kind: "pause-prepared" }]);
	});

	it("ends as done only where the gates are open, and by a person's stop or cancel whatever they are", () => {
		const done = [run("r0", "done"), run("r1", "done")];
		const ends = (state: Rollout["state"], pods: Rollout["pods"], more: Given = {}) => decide(rollout(done, { state, pods, ...more }));
		const end = [{ kind: "end", state: "done" }];
		for (const state of ["running", "paused"] as const) {
			expect(ends(state, "open")).toEqual(end);
			expect(ends(state, "closed")).toEqual([]);
		}
		expect(ends("running", "overdue")).toEqual([{ kind: "hold-for-pods", next: "r1" }]);
		expect(ends("paused", "overdue")).toEqual([]);
		expect(ends("held", "open", { heldAtGate: true })).toEqual([]);
		expect(ends("held", "open")).toEqual(end);
		expect(ends("stopping", "closed", { heldAtGate: true })).toEqual(end);
		expect(ends("cancelling", "closed")).toEqual([{ kind: "end", state: "cancelled" }]);
		const failed = [run("r0", "failed", { failureSeen: true }), run("r1", "done")];
		expect(decide(rollout(failed, { pods: "closed" }))).toEqual([{ kind: "end", state: "done-with-failures" }]);
		expect(decide(rollout([], { pods: "closed" }))).toEqual(end);
	});

	it("starts nobody who waits once it is stopping, and ends with those that run", () => {
		const stopping = rollout([run("r0", "cutover"), run("r1", "prepared"), run("r2", "queued")], { state: "stopping" });
		expect(decide(stopping)).toEqual([
			{ kind: "never-start", runId: "r1" },
			{ kind: "never-start", runId: "r2" },
		]);
		expect(decide(rollout([run("r0", "cutover"), run("r1", "not-started")], { state: "stopping" }))).toEqual([]);
		expect(decide(rollout([run("r0", "done"), run("r1", "not-started")], { state: "stopping" }))).toEqual([
			{ kind: "end", state: "done-with-failures" },
		]);
	});
});
