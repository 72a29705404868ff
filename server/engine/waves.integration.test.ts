import { expect, it } from "vitest";
import { policySchema } from "../../lib/contracts/plan.ts";
import type { MigrationView, RunState } from "../../lib/contracts/run.ts";
import { paceOf } from "../../lib/pace.ts";
import { Prisma } from "../db/generated/client.ts";
import { withCounts } from "./history.ts";
import { claim } from "./leases.ts";
import { Batch, MIGRATION } from "./testing/batch.ts";
import { testPlan } from "./testing/migrations.ts";

const ids = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `run${String(index + 1).padStart(5, "0")}` }));
const LOOKED = { why: "looked at them" };
const OUT: RunState[] = ["draining", "cutover", "verifying", "reverting", "cleaning"];

/** Plays until nothing moves; the runs in the order in which they went out, those of one look together. */
async function wentOut(batch: Batch, step?: (id: string, state: RunState) => RunState | undefined): Promise<string[][]> {
	const seen = await batch.play(step);
	const known = new Set<string>();
	return seen.flatMap((states) => {
		const now = Object.keys(states).filter((id) => states[id] === "draining" && !known.has(id));
		for (const id of now) known.add(id);
		return now.length > 0 ? [now.map((id) => id.slice(-1))] : [];
	});
}

it("takes the canary first, and batch after batch", async () => {
	const batch = await Batch.of({
		policy: { maxUnavailable: "50%", rollout: { canary: { nodes: 1, soakS: 0 }, batchSize: 2 } },
		runs: ids(6),
	});
	await batch.change.start(MIGRATION, "ann");
	expect(await wentOut(batch)).toEqual([["1"], ["2", "3"], ["4", "5"], ["6"]]);
	expect(await batch.state()).toBe("done");
});

it("takes them in their order, and does not wait for one that has not answered for a minute while it is prepared", async () => {
	const batch = await Batch.of({ policy: { maxUnavailable: 2 }, runs: ids(3) });
	await batch.change.start(MIGRATION, "ann");
	await batch.coordinator.tick();
	const [first, ...others] = ids(3).map(({ id }) => id) as [string, string, string];
	for (const id of others) await batch.move(id);
	const silentFor = async (forS: number) => {
		const waiting = { code: "run.node-silent", values: { because: "remote.unreachable", node: "n1", forS } };
		await batch.db.run.update({ where: { id: first }, data: { waiting } });
		await batch.coordinator.tick();
		return Object.values(await batch.states());
	};
	expect(await silentFor(0)).toEqual(["preparing", "prepared", "prepared"]);
	expect(await silentFor(59)).toEqual(["preparing", "prepared", "prepared"]);
	expect(await silentFor(60)).toEqual(["preparing", "draining", "draining"]);
});

it("soaks, then asks; the answer is kept, and asked for once", async () => {
	const policy = { rollout: { canary: { nodes: 1, soakS: 600, ask: true } } };
	const batch = await Batch.of({ policy, runs: ids(2) });
	await batch.change.start(MIGRATION, "ann");
	expect(await wentOut(batch)).toEqual([["1"]]);
	expect(await batch.state()).toBe("running");
	batch.laterMs = 590_000;
	await batch.coordinator.tick();
	expect(await batch.state()).toBe("running");
	batch.laterMs = 601_000;
	await batch.coordinator.tick();
	expect(await batch.migration()).toMatchObject({ state: "paused", stateWhy: { code: "migration.canary-ended" }, gates: null });
	expect(await batch.change.resume(MIGRATION, "ben", "ben", LOOKED)).toBe("canary");
	expect((await batch.migration()).gates).toEqual(["canary"]);
	expect(await wentOut(batch)).toEqual([["2"]]);
	expect(await batch.state()).toBe("done");
});

it("soaks and asks although a node of the next batch fails while it is prepared", async () => {
	const policy = { maxUnavailable: 2, rollout: { canary: { nodes: 1, soakS: 600, ask: true }, maxFailures: 2 } };
	const batch = await Batch.of({ policy, runs: ids(3) });
	await batch.change.start(MIGRATION, "ann");
	const fails = (id: string, state: RunState) => (id === "run00002" && state === "preparing" ? ("cleaning" as const) : undefined);
	expect(await wentOut(batch, fails)).toEqual([["1"]]);
	expect(await batch.states()).toMatchObject({ run00001: "done", run00002: "failed", run00003: "prepared" });
	batch.laterMs = 601_000;
	expect(await wentOut(batch)).toEqual([]);
	expect((await batch.migration()).stateWhy).toMatchObject({ code: "migration.canary-ended" });
	// Who was drained and went back from there has been out: the batch has begun.
	await batch.db.runStep.create({
		data: { runId: "run00002", stepId: "20-drain", position: 20, phase: "drain", where: "console", state: "failed", startedAt: new Date() },
	});
	await batch.db.migration.update({ where: { id: MIGRATION }, data: { state: "running", stateWhy: Prisma.DbNull } });
	expect(await wentOut(batch)).toEqual([["3"]]);
});

it("soaks for its time, however the console's clock is put right meanwhile", async () => {
	const batch = await Batch.of({ policy: { rollout: { canary: { nodes: 1, soakS: 600 } } }, runs: ids(2) });
	await batch.change.start(MIGRATION, "ann");
	expect(await wentOut(batch)).toEqual([["1"]]);
	for (const jumpMs of [3_600_000, -3_600_000]) {
		batch.clockAheadMs = jumpMs;
		batch.laterMs = 590_000;
		expect(await wentOut(batch)).toEqual([]);
	}
	batch.laterMs = 601_000;
	expect(await wentOut(batch)).toEqual([["2"]]);
	expect(await batch.state()).toBe("done");
});

it("does not take a person's own pause for a question", async () => {
	const batch = await Batch.of({ policy: { rollout: { canary: { nodes: 1, ask: true } } }, runs: ids(2) });
	await batch.change.start(MIGRATION, "ann");
	await batch.change.pause(MIGRATION, "ann");
	expect(await batch.change.resume(MIGRATION, "ann")).toBeNull();
	expect((await batch.migration()).gates).toBeNull();
});

it("asks before the control plane, and takes its nodes last and one at a time", async () => {
	const [one, two, three] = ids(3) as [{ id: string }, { id: string }, { id: string }];
	const controlPlane = ({ id }: { id: string }, node: string) => ({ id, node, plan: testPlan(id, { nodeName: node, controlPlane: true }) });
	const batch = await Batch.of({
		policy: { maxUnavailable: 3, rollout: { askBeforeControlPlane: true } },
		runs: [controlPlane(one, "cp1"), controlPlane(two, "cp2"), three],
	});
	await batch.change.start(MIGRATION, "ann");
	expect(await wentOut(batch)).toEqual([["3"]]);
	await batch.coordinator.tick();
	expect(await batch.migration()).toMatchObject({ state: "paused", stateWhy: { code: "migration.control-plane-next" } });
	expect(await batch.change.resume(MIGRATION, "ann", "ann", LOOKED)).toBe("control-plane");
	expect(await wentOut(batch)).toEqual([["1"], ["2"]]);
});

it("holds at a canary's failure whatever the threshold, and else when it is passed", async () => {
	const fails = (which: string[]) => (id: string, state: RunState) =>
		which.includes(id.slice(-1)) && state === "cutover" ? ("reverting" as const) : undefined;
	const policy = { rollout: { maxFailures: 1, canary: { nodes: 1, soakS: 0 } } };
	const canary = await Batch.of({ policy, runs: ids(4) });
	await canary.change.start(MIGRATION, "ann");
	expect(await wentOut(canary, fails(["1"]))).toEqual([["1"]]);
	expect(await canary.state()).toBe("held");
});

it("lets failures within the threshold pass, and holds at the next", async () => {
	const fails = (which: string[]) => (id: string, state: RunState) =>
		which.includes(id.slice(-1)) && state === "cutover" ? ("reverting" as const) : undefined;
	const batch = await Batch.of({ policy: { rollout: { maxFailures: 1 } }, runs: ids(4) });
	await batch.change.start(MIGRATION, "ann");
	expect(await wentOut(batch, fails(["1", "3"]))).toEqual([["1"], ["2"], ["3"]]);
	expect(await batch.migration()).toMatchObject({ state: "held", stateWhy: { code: "migration.held" } });
});

it("lets nobody out outside its hours", async () => {
	const hour = new Date().getUTCHours();
	const clock = (shift: number) => `${String((hour + shift + 24) % 24).padStart(2, "0")}:00`;
	const window = { from: clock(2), to: clock(4), timeZone: "UTC" };
	const batch = await Batch.of({ policy: { rollout: { window } }, runs: ids(1) });
	await batch.change.start(MIGRATION, "ann");
	expect(await wentOut(batch)).toEqual([]);
	expect(await batch.states()).toEqual({ run00001: "prepared" });
	batch.laterMs = 2.5 * 3_600_000;
	expect(await wentOut(batch)).toEqual([["1"]]);
});

it("changes the pace of what is under way, says what was changed, and refuses what is none", async () => {
	const batch = await Batch.of({ policy: { rollout: { batchSize: 1 } }, runs: ids(4) });
	await batch.change.start(MIGRATION, "ann");
	await batch.coordinator.tick();
	const pace = paceOf(policySchema.parse((await batch.migration()).policy));
	await expect(batch.change.changePace(MIGRATION, pace)).rejects.toMatchObject({ code: "migration.nothing-to-do" });
	const changed = { ...pace, maxUnavailable: "50%", batchSize: null };
	expect(await batch.change.changePace(MIGRATION, changed)).toEqual([
		{ field: "maxUnavailable", before: "1", after: "50%" },
		{ field: "batchSize", before: "1", after: "" },
	]);
	const seen = await batch.play();
	expect(Math.max(...seen.map((states) => Object.values(states).filter((state) => OUT.includes(state)).length))).toBe(2);
	await expect(batch.change.changePace(MIGRATION, pace)).rejects.toMatchObject({ code: "migration.wrong-state" });
});

it("takes a further attempt that cannot be planned for the failure that it is", async () => {
	const batch = await Batch.of({ policy: { rollout: { canary: { nodes: 1, soakS: 0 } } }, runs: ids(3) });
	await batch.change.start(MIGRATION, "ann");
	await batch.play((id, state) => (id === "run00001" && state === "cutover" ? "reverting" : undefined));
	expect(await batch.state()).toBe("held");
	await batch.change.tryAgain(MIGRATION, "failed", "ann", async ({ nodeId, attempt, position }) => ({
		id: "run00009",
		migrationId: MIGRATION,
		nodeId,
		nodeName: nodeId,
		direction: "migrate",
		position,
		attempt: attempt + 1,
		state: "skipped",
		endedAt: new Date(),
		fromRuntime: "docker",
		toRuntime: "containerd",
	}));
	await batch.coordinator.tick();
	expect(await batch.migration()).toMatchObject({ state: "held", stateWhy: { values: { run: "run00009" } } });
	expect(await batch.states()).toMatchObject({ run00002: "prepared", run00003: "prepared" });
	const [listed] = await withCounts(batch.db, [{ id: MIGRATION } as MigrationView]);
	expect(listed?.counts).toEqual({ failed: 1, prepared: 2 });
});

it("sends nobody out before one whose going out was refused", async () => {
	const batch = await Batch.of({ policy: { maxUnavailable: 2 }, runs: ids(2) });
	await batch.change.start(MIGRATION, "ann");
	await batch.coordinator.tick();
	const [first, second] = ids(2).map(({ id }) => id) as [string, string];
	for (const id of [first, second]) await batch.move(id);
	const lease = await claim(batch.db, first, ["prepared"], () => new Date());
	await batch.coordinator.tick();
	expect(await batch.states()).toEqual({ [first]: "prepared", [second]: "prepared" });
	await lease?.release();
	await batch.coordinator.tick();
	expect(await batch.states()).toEqual({ [first]: "draining", [second]: "draining" });
});

it("asks before the rest goes where no canary could show anything", async () => {
	const policy = { rollout: { canary: { nodeIds: ["node1"], soakS: 0 } } };
	const batch = await Batch.of({ policy, runs: [{ id: "run00001", state: "skipped" }, { id: "run00002" }] });
	await batch.change.start(MIGRATION, "ann");
	expect(await wentOut(batch)).toEqual([]);
	await batch.coordinator.tick();
	expect(await batch.migration()).toMatchObject({ state: "paused", stateWhy: { code: "migration.canary-ended" } });
	await batch.change.resume(MIGRATION, "ann", "ann", LOOKED);
	expect(await wentOut(batch)).toEqual([["2"]]);
});
