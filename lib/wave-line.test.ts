import { describe, expect, it } from "vitest";
import { policySchema } from "./contracts/plan.ts";
import type { MigrationView, RunView } from "./contracts/run.ts";
import { runsByWave, shownItems, waveLine } from "./wave-line.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const ago = (s: number) => new Date(NOW - s * 1_000).toISOString();
function detail(policy: object, runs: Partial<RunView>[], migration: Partial<MigrationView> = {}) {
	const view = { direction: "migrate", state: "running", policy: policySchema.parse({ rollout: policy }), passed: [], ...migration };
	const rows = runs.map((run, position) => ({
		nodeId: `n${position}`,
		nodeName: `n${position}`,
		position,
		attempt: 1,
		controlPlane: false,
		endedAt: null,
		steps: [],
		state: "queued",
		...run,
	}));
	return { migration: view as unknown as MigrationView, runs: rows as unknown as RunView[] };
}
const spoken = (given: ReturnType<typeof detail>) =>
	waveLine(given, NOW).items.map((item) =>
		item.kind === "gate" ? `${item.key} ${item.state}` : `${item.key} ${item.state} ${item.ended}/${item.total}`,
	);

describe("the line of waves", () => {
	const policy = { canary: { nodes: 1, soakS: 60, ask: true }, batchSize: 2, pauseS: 30, askBeforeControlPlane: true };

	it("names waves and questions in their order, with how far each is", () => {
		const runs: Partial<RunView>[] = [
			{ controlPlane: true },
			{ state: "done", endedAt: ago(90) },
			{ state: "reverted", endedAt: ago(20) },
			{ state: "cutover" },
			{},
			{ state: "skipped" },
		];
		expect(spoken(detail(policy, runs, { passed: ["canary"] }))).toEqual([
			"canary-1 done 1/1",
			"gate-canary passed",
			"batch-1 running 1/2",
			"batch-2 waiting 0/1",
			"gate-control-plane ahead",
			"control-plane-1 waiting 0/1",
		]);
	});

	it("says of the wave in which it stands that it is paused or held there, not that it runs", () => {
		const begun: Partial<RunView>[] = [{ state: "done", endedAt: ago(90) }, { state: "cutover" }, {}, {}];
		const rest = ["canary-1 done 1/1", "gate-canary passed"];
		for (const state of ["paused", "held"] as const)
			expect(spoken(detail(policy, begun, { passed: ["canary"], state }))).toEqual([
				...rest,
				`batch-1 ${state} 0/2`,
				"batch-2 waiting 0/1",
			]);
		const between: Partial<RunView>[] = [{ state: "done", endedAt: ago(90) }, {}, {}];
		expect(spoken(detail(policy, between, { passed: ["canary"], state: "paused" }))).toEqual([...rest, "batch-1 paused 0/2"]);
		const asked = { state: "paused", stateWhy: { code: "migration.canary-ended", values: {} } } as const;
		expect(spoken(detail(policy, between, asked))).toEqual(["canary-1 done 1/1", "gate-canary asking", "batch-1 waiting 0/2"]);
		for (const state of ["stopping", "cancelling"] as const)
			expect(spoken(detail(policy, begun, { passed: ["canary"], state }))).toContain("batch-1 running 0/2");
	});

	it("groups the nodes that are shown by their waves, those left out last", () => {
		const given = detail(policy, [{ controlPlane: true }, { state: "done" }, {}, {}, {}, { state: "skipped" }]);
		const shown = given.runs.filter(({ nodeName }) => nodeName !== "n4");
		const groups = runsByWave(given, shown).map(({ wave, runs }) => [wave?.kind, wave?.number, ...runs.map((run) => run.nodeName)]);
		expect(groups).toEqual([
			["canary", 1, "n1"],
			["batch", 1, "n2", "n3"],
			["control-plane", 1, "n0"],
			[undefined, undefined, "n5"],
		]);
	});

	it("says what it waits for and until when", () => {
		const soaking = detail(policy, [{ state: "done", endedAt: ago(20) }, { state: "prepared" }]);
		expect(waveLine(soaking, NOW)).toMatchObject({ currentKey: "batch-1", wait: { why: "soak", untilMs: NOW + 40_000 } });
		const paused = detail(
			policy,
			[{ state: "done", endedAt: ago(99) }, { state: "done", endedAt: ago(10) }, { state: "done", endedAt: ago(10) }, {}],
			{ passed: ["canary"] },
		);
		expect(waveLine(paused, NOW)).toMatchObject({ currentKey: "batch-2", wait: { why: "pause", untilMs: NOW + 20_000 } });
		const night = { window: { from: "22:00", to: "04:00", timeZone: "UTC" } };
		expect(waveLine(detail(night, [{ state: "prepared" }]), NOW).wait).toEqual({ why: "window", untilMs: NOW + 10 * 3_600_000 });
		expect(waveLine(detail(night, [{ state: "prepared" }], { state: "paused" }), NOW).wait).toBeNull();
		expect(waveLine(detail(night, [{ state: "prepared" }]), 0).wait).toBeNull();
	});

	it("shows of many batches those around the current one", () => {
		const runs = Array.from({ length: 30 }, (_, index): Partial<RunView> => (index < 15 ? { state: "done", endedAt: ago(99) } : {}));
		const line = waveLine(detail({ batchSize: 1 }, runs), NOW);
		const { shown, before, after } = shownItems(line);
		expect(line.currentKey).toBe("batch-16");
		expect([before, shown.map((item) => item.key), after]).toEqual([
			12,
			["13", "14", "15", "16", "17", "18", "19", "20", "21"].map((n) => `batch-${n}`),
			9,
		]);
	});
});
