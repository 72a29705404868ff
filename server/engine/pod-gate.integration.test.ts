import { expect, it } from "vitest";
import type { RunState } from "../../lib/contracts/run.ts";
import type { FailingOwner } from "../rollout/pod-gate.ts";
import { Batch, MIGRATION } from "./testing/batch.ts";

const ids = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `run${String(index + 1).padStart(5, "0")}` }));
const web: FailingOwner = { owner: "default/Deployment/web", why: "CrashLoopBackOff", nodes: ["node1"] };
const old: FailingOwner = { owner: "default/Deployment/old", why: "ImagePullBackOff", nodes: ["node1", "node2"] };
const before = { unschedulable: false, annotations: {}, pods: [], evicted: ["default/Deployment/moved"] };

/** Two nodes, the first of which has gone over. */
async function firstDone({ nodes = 2, ...policy }: { nodes?: number; [field: string]: unknown } = {}, failing: FailingOwner[] = []) {
	const batch = await Batch.of({ policy, runs: ids(nodes) });
	batch.failing = failing;
	await batch.change.start(MIGRATION, "ann");
	await batch.coordinator.tick();
	for (const { id } of ids(nodes)) await batch.move(id);
	await batch.coordinator.tick();
	for (const to of ["cutover", "verifying", "finishing", "done"] as RunState[])
		await batch.move("run00001", to, to === "cutover" ? { before } : {});
	return batch;
}

const why = async (batch: Batch) => {
	const { state, stateWhy } = await batch.migration();
	return { state, ...(stateWhy as { code: string; values: Record<string, unknown> } | null) };
};
async function later(batch: Batch, seconds: number) {
	batch.laterMs += seconds * 1_000;
	await batch.coordinator.tick();
}

it("holds no one for what failed before, and asks once for each node that goes", async () => {
	const batch = await firstDone({}, [old]);
	expect(batch.looks).toBe(1);
	await batch.coordinator.tick();
	expect(await batch.states()).toEqual({ run00001: "done", run00002: "draining" });
	expect(batch.looks).toBe(2);
	await batch.coordinator.tick();
	expect(batch.looks).toBe(2);
});

it("keeps the next node in while pods fail that did not before, says which, and goes on by itself when they have recovered", async () => {
	const batch = await firstDone({}, [old]);
	batch.failing = [old, web];
	await batch.coordinator.tick();
	const told = { pods: "Deployment default/web (CrashLoopBackOff)", count: 1 };
	expect(await why(batch)).toEqual({ state: "running", code: "migration.waiting-for-pods", values: { ...told, graceS: 300 } });
	expect(await batch.states()).toEqual({ run00001: "done", run00002: "prepared" });
	const { waiting } = await batch.db.run.findUniqueOrThrow({ where: { id: "run00002" } });
	expect(waiting).toEqual({ code: "run.waiting-for-pods", values: told });
	// A container that crashes again and again runs for a moment: that is no recovery yet.
	batch.failing = [old];
	await later(batch, 6);
	expect(await batch.states()).toMatchObject({ run00002: "prepared" });
	await later(batch, 31);
	expect(await batch.states()).toMatchObject({ run00002: "draining" });
	expect((await batch.migration()).stateWhy).toBeNull();
	expect((await batch.db.run.findUniqueOrThrow({ where: { id: "run00002" } })).waiting).toBeNull();
});

it("holds the migration for those that do not recover in time, until a person goes on with a reason; those are accepted from then on", async () => {
	const batch = await firstDone({ nodes: 3, rollout: { podGate: { graceS: 60 } } });
	batch.failing = [web, { ...web, owner: "default/Deployment/moved", nodes: [] }];
	await batch.coordinator.tick();
	await later(batch, 20);
	await later(batch, 20);
	expect(await batch.state()).toBe("running");
	await later(batch, 25);
	expect(await why(batch)).toMatchObject({
		state: "held",
		code: "migration.held-for-pods",
		values: { count: 2, graceS: 60, run: "run00002" },
	});
	await later(batch, 20);
	expect(await batch.state()).toBe("held");
	await expect(batch.change.resume(MIGRATION, "ben")).rejects.toMatchObject({ code: "migration.reason-needed" });
	expect(await batch.state()).toBe("held");
	await batch.change.resume(MIGRATION, "ben", "ben", { why: "known, harmless" });
	await batch.coordinator.tick();
	expect(await batch.states()).toMatchObject({ run00002: "draining", run00003: "prepared" });
	const events = await batch.db.runEvent.findMany({ where: { runId: "run00002" } });
	expect(events.find(({ code }) => code === "run.pods-accepted")).toMatchObject({
		actor: "ben",
		values: { count: 2, reason: "known, harmless" },
	});
	expect(events.map(({ code }) => code)).toContain("migration.held-for-pods");
	// Another one that fails anew is not accepted with them.
	for (const to of ["cutover", "verifying", "finishing", "done"] as RunState[]) await batch.move("run00002", to, { before });
	batch.failing = [web, { ...web, owner: "default/Deployment/third", nodes: ["node2"] }];
	await batch.coordinator.tick();
	expect(await why(batch)).toMatchObject({ code: "migration.waiting-for-pods", values: { count: 1 } });
});

it("holds for nobody, and forgets no one's time, where a person changed something before it could", async () => {
	const batch = await firstDone({ nodes: 3, rollout: { podGate: { graceS: 60 } } });
	batch.failing = [web];
	await batch.coordinator.tick();
	await later(batch, 20);
	await later(batch, 20);
	batch.beforeWrite = () => batch.change.pause(MIGRATION, "ann");
	await later(batch, 25);
	expect(await batch.state()).toBe("paused");
	expect((await batch.db.podGate.findUniqueOrThrow({ where: { migrationId: MIGRATION } })).blocked).toEqual([]);
	await batch.change.resume(MIGRATION, "ann");
	await batch.coordinator.tick();
	expect(await why(batch)).toMatchObject({ state: "held", code: "migration.held-for-pods" });
});

it("gives nobody's time while one of its own nodes is out", async () => {
	const batch = await firstDone({ nodes: 3, maxUnavailable: 2, rollout: { podGate: { graceS: 10 } } });
	expect(await batch.states()).toMatchObject({ run00002: "draining", run00003: "prepared" });
	batch.failing = [web];
	await later(batch, 6);
	await later(batch, 20);
	await later(batch, 20);
	expect(await batch.states()).toMatchObject({ run00003: "prepared" });
	expect(await why(batch)).toMatchObject({ state: "running", code: "migration.waiting-for-pods" });
	for (const to of ["cutover", "verifying", "finishing", "done"] as RunState[]) await batch.move("run00002", to, {});
	await later(batch, 6);
	expect(await batch.state()).toBe("running");
	await later(batch, 11);
	expect(await batch.state()).toBe("held");
});

it("never takes a cluster that does not answer for one where all is well", async () => {
	const batch = await Batch.of({ runs: ids(1) });
	batch.failing = null;
	await batch.change.start(MIGRATION, "ann");
	await batch.play();
	expect(await batch.states()).toEqual({ run00001: "prepared" });
	expect(await why(batch)).toMatchObject({ state: "running", code: "migration.pods-unknown", values: { because: "cluster.timeout" } });
	await later(batch, 3_600);
	expect(await batch.state()).toBe("running");
	batch.failing = [];
	await later(batch, 6);
	expect(await batch.states()).toEqual({ run00001: "draining" });
});

it("asks nobody where the policy has no such gate", async () => {
	const batch = await firstDone({ rollout: { podGate: { enabled: false } } });
	batch.failing = [web];
	await batch.coordinator.tick();
	expect(await batch.states()).toMatchObject({ run00002: "draining" });
	expect(batch.looks).toBe(0);
});

it("goes without where there is no API to ask, and its record says so", async () => {
	const batch = await Batch.of({ withoutApi: true, runs: ids(1) });
	await batch.change.start(MIGRATION, "ann", { withoutApi: true });
	await batch.play();
	expect(await batch.states()).toEqual({ run00001: "done" });
	expect(batch.looks).toBe(0);
	expect(await batch.db.runEvent.count({ where: { code: "run.pods-not-compared" } })).toBe(1);
});

it("remembers across a restart what failed before", async () => {
	const batch = await firstDone({}, [old]);
	const after = new Batch(batch.db);
	after.failing = [old, web];
	await after.coordinator.tick();
	expect(await why(after)).toMatchObject({ code: "migration.waiting-for-pods", values: { count: 1 } });
});
