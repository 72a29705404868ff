import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { migrationStateSchema, OUT_RUN_STATES, type RunState, runStateSchema } from "../../lib/contracts/run.ts";
import { decide, heldUpByOthers, type Rollout, type RolloutRun } from "./decide.ts";

const run = (id: string, state: RunState, more: Partial<RolloutRun> = {}): RolloutRun => ({
	id,
	state,
	position: Number(id.replace(/\D/g, "")) || 0,
	controlPlane: false,
	unavailable: false,
	failureSeen: false,
	...more,
});
const rollout = (runs: RolloutRun[], more: Partial<Rollout> = {}): Rollout => ({
	state: "running",
	maxUnavailable: 1,
	prepareOnly: false,
	prepareConcurrency: 8,
	runs,
	otherUnavailable: 0,
	otherControlPlaneOut: false,
	...more,
});

const anyRun = fc.record({
	state: fc.constantFrom(...runStateSchema.options),
	controlPlane: fc.boolean(),
	unavailable: fc.boolean(),
	failureSeen: fc.boolean(),
});
const anyRollout: fc.Arbitrary<Rollout> = fc
	.record({
		state: fc.constantFrom(...migrationStateSchema.options),
		maxUnavailable: fc.integer({ min: 1, max: 5 }),
		prepareOnly: fc.boolean(),
		prepareConcurrency: fc.integer({ min: 1, max: 4 }),
		otherUnavailable: fc.integer({ min: 0, max: 3 }),
		otherControlPlaneOut: fc.boolean(),
		runs: fc.array(anyRun, { maxLength: 12 }),
	})
	.map((given) => ({ ...given, runs: given.runs.map((one, index) => ({ ...one, id: `r${index}`, position: index })) }));

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
			{ numRuns: 5_000 },
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
				const failed = given.runs.some((one) => ["failed", "reverted", "revert-failed"].includes(one.state) && !one.failureSeen);
				if (given.state !== "running" || failed) expect(starts).toEqual([]);
			}),
			{ numRuns: 5_000 },
		);
	});

	it("problem 16: takes control plane nodes last and one at a time", () => {
		fc.assert(
			fc.property(anyRollout, (given) => {
				const byId = new Map(given.runs.map((one) => [one.id, one]));
				const going = decide(given).flatMap((action) => (action.kind === "go-out" ? (byId.get(action.runId) ?? []) : []));
				const controlPlane = going.filter((one) => one.controlPlane);
				expect(controlPlane.length).toBeLessThanOrEqual(1);
				if (controlPlane.length === 0) return;
				expect(given.otherControlPlaneOut || given.runs.some((one) => one.controlPlane && isOut(one))).toBe(false);
				expect(
					given.runs.some((one) => !one.controlPlane && ["queued", "preparing", "prepared", "draining", "cutover"].includes(one.state)),
				).toBe(false);
			}),
			{ numRuns: 5_000 },
		);
	});

	it("names each run at most once, and only in a state that the action fits", () => {
		fc.assert(
			fc.property(anyRollout, (given) => {
				const state = new Map(given.runs.map((one) => [one.id, one.state]));
				const named = decide(given).flatMap((action) => ("runId" in action ? [action] : []));
				expect(new Set(named.map((action) => action.runId)).size).toBe(named.length);
				for (const action of named) {
					const fits = { prepare: ["queued"], "go-out": ["prepared"], "never-start": ["queued", "prepared"] }[action.kind];
					expect(fits).toContain(state.get(action.runId));
				}
			}),
			{ numRuns: 5_000 },
		);
	});

	it("ends, whatever the order in which nodes finish", () => {
		fc.assert(
			fc.property(
				fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
				fc.integer({ min: 1, max: 3 }),
				fc.infiniteStream(fc.nat()),
				(kinds, maxUnavailable, picks) => {
					const runs = kinds.map((controlPlane, index) => run(`r${index}`, "queued", { controlPlane }));
					for (let turn = 0; turn < 200; turn += 1) {
						const actions = decide(rollout(runs, { maxUnavailable }));
						if (actions.some((action) => action.kind === "end")) {
							expect(actions).toEqual([{ kind: "end", state: "done" }]);
							return;
						}
						for (const action of actions) {
							const one = runs.find((candidate) => "runId" in action && candidate.id === action.runId);
							if (one) one.state = action.kind === "prepare" ? "preparing" : "draining";
						}
						const moving = runs.filter((one) => one.state === "preparing" || one.state === "draining");
						const one = moving[(picks.next().value ?? 0) % Math.max(1, moving.length)];
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

	it("prepares only, then waits for a person", () => {
		expect(decide(rollout([run("r0", "queued")], { prepareOnly: true }))).toEqual([{ kind: "prepare", runId: "r0" }]);
		expect(decide(rollout([run("r0", "prepared")], { prepareOnly: true }))).toEqual([{ kind: "pause-prepared" }]);
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
