import { describe, expect, it } from "vitest";
import { type Policy, policySchema } from "./contracts/plan.ts";
import type { RunState, RunView } from "./contracts/run.ts";
import { estimate, type NodeTimes, RULE_OF_THUMB } from "./estimate.ts";
import { runView } from "./testing/run-view.ts";
import { ownTimes, timeLeft } from "./time-left.ts";
import { waveRuns } from "./wave-line.ts";

const NOW = Date.parse("2026-01-02T03:04:05.000Z");
const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();

/** Ten seconds to prepare, a hundred out; twice that at most. */
const PAST: NodeTimes = { prepare: { minMs: 10_000, maxMs: 20_000 }, out: { minMs: 100_000, maxMs: 200_000 } };

const step = { id: "", position: 0, where: "node" as const, state: "ok" as const, logLine: null };

function run(position: number, state: RunState, more: Partial<RunView> = {}): RunView {
	return runView({ id: `r${position}`, nodeId: `n${position}`, nodeName: `n${position}`, position, state, ...more });
}

const out = (seconds: number) => ({
	steps: [{ ...step, phase: "drain" as const, startedAt: ago(seconds), durationMs: null }],
});

/** Took `seconds` from its cordon to its end, `endedS` seconds ago, and ten to prepare. */
function done(position: number, seconds: number, endedS = 0): RunView {
	const steps = [{ ...step, phase: "prepare" as const, startedAt: ago(9_999), durationMs: 10_000 }, ...out(endedS + seconds).steps];
	return run(position, "done", { steps, endedAt: ago(endedS) });
}

function left(
	runs: RunView[],
	policy: Partial<Policy> | object = {},
	more: { state?: "running" | "paused"; past?: NodeTimes | null } = {},
) {
	const migration = { policy: policySchema.parse(policy), direction: "migrate" as const, state: more.state ?? "running", passed: [] };
	return timeLeft({ migration, runs, past: more.past === undefined ? PAST : more.past, nowMs: NOW });
}

describe("what it rests on", () => {
	const waiting = [run(1, "queued"), run(2, "queued")];

	it("is its own nodes where any is done, else those before, else a rule of thumb", () => {
		expect(left([done(0, 60), ...waiting])).toEqual({ minMs: 130_000, maxMs: 130_000, by: "own" });
		expect(left([run(0, "queued"), ...waiting])).toEqual({ minMs: 310_000, maxMs: 620_000, by: "past" });
		expect(left(waiting, {}, { past: null })).toMatchObject({
			minMs: RULE_OF_THUMB.prepare.minMs + 2 * RULE_OF_THUMB.out.minMs,
			by: "thumb",
		});
	});

	it("is each node's newest attempt, and no node that did not go over", () => {
		expect(ownTimes([done(0, 60), run(1, "failed", { ...out(5), endedAt: ago(0) })])?.out).toEqual({ minMs: 60_000, maxMs: 60_000 });
		expect(ownTimes([done(0, 60), { ...run(0, "preparing"), id: "again", attempt: 2 }])).toBeNull();
	});

	it("is what the review says, before anything has begun", () => {
		const rollout = { canary: { nodes: 2, soakS: 600 }, batchSize: 3, pauseS: 60, prepareConcurrency: 2 };
		const policy = policySchema.parse({ maxUnavailable: 2, rollout });
		const runs = Array.from({ length: 11 }, (_, index) => run(index, "queued", { controlPlane: index > 8 }));
		const guess = estimate({ runs: waveRuns(runs), policy, direction: "migrate", times: PAST });
		expect(left(runs, policy)).toEqual({ minMs: guess?.minMs, maxMs: guess?.maxMs, by: "past" });
	});
});

describe("the rest", () => {
	it("is nothing where all is over, or a person decides when it goes on", () => {
		expect(left([done(0, 60), run(1, "failed"), run(2, "skipped")])).toBeNull();
		expect(left([run(0, "queued")], {}, { state: "paused" })).toBeNull();
	});

	it("is what is left of a node that is nearly done, and then the next", () => {
		expect(left([run(0, "verifying", out(90))])).toMatchObject({ minMs: 10_000, maxMs: 110_000 });
		expect(left([run(0, "verifying", out(90)), run(1, "prepared")])).toMatchObject({ minMs: 110_000, maxMs: 310_000 });
		expect(left([run(0, "verifying", out(900)), run(1, "prepared")])).toMatchObject({ minMs: 100_000, maxMs: 200_000 });
		// Longer than any: a guess from nothing would be worse than none.
		expect(left([run(0, "verifying", out(900))])).toBeNull();
	});

	it("has as many out at once as may be", () => {
		const runs = [run(0, "verifying", out(90)), run(1, "draining", out(0)), run(2, "prepared"), run(3, "prepared")];
		expect(left(runs, { maxUnavailable: 2 })?.minMs).toBe(200_000);
		expect(left(runs, { maxUnavailable: 4 })?.minMs).toBe(100_000);
	});

	it("waits for what prepares still, so many at once", () => {
		const preparing = run(0, "preparing", { startedAt: ago(4) });
		expect(left([preparing])?.minMs).toBe(6_000 + 100_000);
		const rollout = { prepareConcurrency: 1 };
		expect(left([preparing, run(1, "queued")], { maxUnavailable: 2, rollout })?.minMs).toBe(16_000 + 100_000);
		expect(left([preparing, run(1, "queued"), run(2, "prepared")], { prepareOnly: true, rollout })?.minMs).toBe(16_000);
	});

	it("has those behind wait for an earlier one that is prepared later", () => {
		const behind = [run(1, "prepared"), run(2, "prepared")];
		expect(left([run(0, "preparing", { startedAt: ago(4) }), ...behind])?.minMs).toBe(6_000 + 300_000);
		expect(left([run(0, "prepared"), run(1, "preparing", { startedAt: ago(4) }), run(2, "prepared")])?.minMs).toBe(300_000);
	});

	it("has the soak after the canary in it, as much of it as is left", () => {
		const rollout = { canary: { nodes: 1, soakS: 600 } };
		const rest = [run(1, "prepared"), run(2, "prepared")];
		expect(left([run(0, "prepared"), ...rest], { rollout })?.minMs).toBe(100_000 + 600_000 + 200_000);
		expect(left([done(0, 60, 450), ...rest], { rollout })?.minMs).toBe(150_000 + 120_000);
		expect(left([done(0, 60, 700), ...rest], { rollout })?.minMs).toBe(120_000);
	});

	it("has the pauses between batches in it, and none before the one that has begun", () => {
		const rollout = { batchSize: 2, pauseS: 300 };
		const policy = { maxUnavailable: 2, rollout };
		const second = [run(2, "prepared"), run(3, "prepared")];
		expect(left([run(0, "prepared"), run(1, "prepared"), ...second], policy)?.minMs).toBe(500_000);
		expect(left([done(0, 100), done(1, 100, 100), ...second], policy)?.minMs).toBe(400_000);
		expect(left([done(0, 100), done(1, 100), run(2, "cutover", out(40)), run(3, "prepared")], policy)?.minMs).toBe(100_000);
	});

	it("has control plane nodes come last, one at a time", () => {
		const runs = [run(0, "prepared", { controlPlane: true }), run(1, "prepared", { controlPlane: true }), run(2, "draining", out(30))];
		expect(left(runs, { maxUnavailable: 3, rollout: { pauseS: 50 } })?.minMs).toBe(70_000 + 2 * (50_000 + 100_000));
	});
});
