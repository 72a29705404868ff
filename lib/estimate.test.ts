import { describe, expect, it } from "vitest";
import { type Policy, policySchema } from "./contracts/plan.ts";
import { estimate, type NodeTimes, RULE_OF_THUMB, spread } from "./estimate.ts";
import type { WaveRun } from "./rollout-waves.ts";

const times: NodeTimes = { prepare: { minMs: 1_000, maxMs: 2_000 }, out: { minMs: 10_000, maxMs: 100_000 } };

function runs(workers: number, controlPlane = 0, skipped = 0): WaveRun[] {
	return Array.from({ length: workers + controlPlane + skipped }, (_, position) => ({
		nodeId: `n${position}`,
		state: position >= workers + controlPlane ? ("skipped" as const) : ("queued" as const),
		position,
		controlPlane: position >= workers && position < workers + controlPlane,
		endedMs: null,
	}));
}

function of(given: WaveRun[], policy: Partial<Policy> | object, direction: "migrate" | "rollback" = "migrate") {
	return estimate({ runs: given, policy: policySchema.parse(policy), direction, times });
}

describe("estimate", () => {
	it("is one node after the other where one may be out", () => {
		expect(of(runs(3), {})).toEqual({ minMs: 31_000, maxMs: 302_000, restMs: 0, questions: 0, waves: 1, rounds: 3 });
	});

	it("counts whom it leaves out for nothing, and is nothing where nobody goes", () => {
		expect(of(runs(2, 0, 5), {})?.rounds).toBe(2);
		expect(of(runs(0, 0, 2), {})).toBeNull();
	});

	it("has as many out at once as may be, and a share of those that go", () => {
		expect(of(runs(10), { maxUnavailable: 4 })?.rounds).toBe(3);
		expect(of(runs(10), { maxUnavailable: "50%" })?.minMs).toBe(1_000 + 2 * 10_000);
	});

	it("takes control plane nodes one at a time, however many may be out", () => {
		expect(of(runs(4, 3), { maxUnavailable: 4 })).toMatchObject({ waves: 4, rounds: 4 });
	});

	it("adds the soak after canaries and a pause between all the others", () => {
		const rollout = { canary: { nodes: 1, soakS: 600, ask: true }, batchSize: 2, pauseS: 60, askBeforeControlPlane: true };
		// canary, two batches, two of the control plane: soak, then three pauses.
		expect(of(runs(5, 2), { maxUnavailable: 2, rollout })).toMatchObject({
			waves: 5,
			rounds: 5,
			restMs: 600_000 + 3 * 60_000,
			questions: 2,
			minMs: 1_000 + 5 * 10_000 + 780_000,
		});
	});

	it("asks nothing after a canary that nobody follows, nor before a control plane that is not there", () => {
		const rollout = { canary: { nodes: 1, ask: true }, askBeforeControlPlane: true };
		expect(of(runs(1), { rollout })).toMatchObject({ questions: 0, restMs: 0 });
	});

	it("goes the other way round back, where control plane nodes come first", () => {
		const rollout = { canary: { nodes: 1, soakS: 600 }, pauseS: 60 };
		expect(of(runs(2, 1), { rollout }, "rollback")).toMatchObject({ waves: 3, restMs: 60_000 + 600_000 });
	});

	it("waits for what is prepared where that takes longer, and is nothing else where only that is done", () => {
		const slow = { prepare: { minMs: 100_000, maxMs: 100_000 }, out: { minMs: 1_000, maxMs: 1_000 } };
		const policy = policySchema.parse({ maxUnavailable: 8, rollout: { prepareConcurrency: 2 } });
		expect(estimate({ runs: runs(8), policy, direction: "migrate", times: slow })?.minMs).toBe(401_000);
		expect(of(runs(9), { prepareOnly: true, rollout: { prepareConcurrency: 4 } })).toMatchObject({ minMs: 3_000, maxMs: 6_000, rounds: 3 });
	});
});

describe("spread", () => {
	it("leaves out the ends", () => {
		expect(spread(Array.from({ length: 11 }, (_, index) => index * 10))).toEqual({ minMs: 10, maxMs: 90 });
		expect(spread([7])).toEqual({ minMs: 7, maxMs: 7 });
		expect(spread([])).toEqual({ minMs: 0, maxMs: 0 });
	});
	it("has a rule of thumb that is a range", () => {
		expect(RULE_OF_THUMB.out.maxMs).toBeGreaterThan(RULE_OF_THUMB.out.minMs);
	});
});
