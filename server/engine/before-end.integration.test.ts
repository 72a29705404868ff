import { expect, it } from "vitest";
import type { Message } from "../../lib/contracts/finding.ts";
import type { FailingOwner } from "../rollout/pod-gate.ts";
import { Batch, MIGRATION } from "./testing/batch.ts";
import { testPlan } from "./testing/migrations.ts";

const before = { unschedulable: false, annotations: {}, pods: [] };
const web: FailingOwner = { owner: "default/Deployment/web", why: "CrashLoopBackOff", nodes: ["node1", "node2"] };
const ill: Message = {
	code: "run.etcd-not-ready",
	values: { node: "node2", because: "etcd.member-unhealthy", members: "node1", count: 1, of: 3 },
};

/** A worker and a control plane node, all done but for the last look at them. */
async function allDone(policy: object = {}, { direction = "migrate" as const, controlPlane = true } = {}): Promise<Batch> {
	const runs = ["run00001", "run00002"].map((id, index) => ({
		id,
		plan: testPlan(id, { nodeName: `node${index + 1}`, controlPlane: controlPlane && index === 1 }),
	}));
	const batch = await Batch.of({ direction, policy, runs });
	// Without an API there is nothing to ask once every run has ended.
	await batch.db.cluster.updateMany({ data: { kubeconfig: "sealed" } });
	await batch.change.start(MIGRATION, "ann");
	for (const id of ["run00001", "run00002"]) {
		await batch.coordinator.tick();
		if ((await batch.states())[id] === "preparing") for (const run of ["run00001", "run00002"]) await batch.move(run);
		await batch.coordinator.tick();
		for (const to of ["cutover", "verifying", "finishing", "done"] as const) await batch.move(id, to, to === "cutover" ? { before } : {});
	}
	expect(await batch.states()).toEqual({ run00001: "done", run00002: "done" });
	return batch;
}

const why = async (batch: Batch) => {
	const { state, stateWhy } = await batch.migration();
	return { state, ...(stateWhy as Message | null) };
};
async function later(batch: Batch, seconds: number) {
	batch.laterMs += seconds * 1_000;
	await batch.coordinator.tick();
}

it("does not end as done while pods fail that did not before, says which, and ends when they have recovered", async () => {
	const batch = await allDone();
	batch.failing = [web];
	await batch.coordinator.tick();
	const values = { pods: "Deployment default/web (CrashLoopBackOff)", count: 1, graceS: 300 };
	expect(await why(batch)).toEqual({ state: "running", code: "migration.pods-before-end", values });
	batch.failing = null;
	await later(batch, 6);
	expect(await why(batch)).toMatchObject({
		state: "running",
		code: "migration.pods-unknown-before-end",
		values: { because: "cluster.timeout" },
	});
	batch.failing = [];
	await later(batch, 31);
	await later(batch, 31);
	expect(await why(batch)).toEqual({ state: "done" });
});

it("is held before its end for pods that do not recover, and ends once a person goes on with a reason", async () => {
	const batch = await allDone({ rollout: { podGate: { graceS: 60 } } });
	batch.failing = [web];
	await batch.coordinator.tick();
	for (let turn = 0; turn < 3; turn++) await later(batch, 25);
	expect(await why(batch)).toMatchObject({ state: "held", code: "migration.held-for-pods", values: { run: "run00002", count: 1 } });
	await later(batch, 600);
	expect(await batch.state()).toBe("held");
	await expect(batch.change.resume(MIGRATION, "ben")).rejects.toMatchObject({ code: "migration.reason-needed" });
	await batch.change.resume(MIGRATION, "ben", "ben", { why: "known, harmless" });
	await batch.coordinator.tick();
	expect(await batch.state()).toBe("done");
});

it("does not end as done before the control plane is as each further node would wait for, says what is lacking, and then ends", async () => {
	const batch = await allDone();
	batch.controlPlaneLacks = ill;
	await batch.coordinator.tick();
	expect(batch.askedOfControlPlane).toEqual(["run00002"]);
	const values = { node: "node2", because: "etcd.member-unhealthy", members: "node1", count: 1, of: 3 };
	expect(await why(batch)).toEqual({ state: "running", code: "migration.waiting-for-control-plane", values });
	await later(batch, 6);
	expect(await batch.state()).toBe("running");
	batch.controlPlaneLacks = null;
	await later(batch, 6);
	expect(await why(batch)).toEqual({ state: "done" });
});

it("is held where the control plane stays ill, asks it anew when a person goes on, and ends by a person's stop", async () => {
	const batch = await allDone({ verifyTimeoutS: 60, rollout: { podGate: { enabled: false } } });
	batch.controlPlaneLacks = ill;
	await batch.coordinator.tick();
	for (let turn = 0; turn < 2; turn++) await later(batch, 25);
	expect(await batch.state()).toBe("running");
	await later(batch, 25);
	const held = { code: "migration.held-for-control-plane", values: { node: "node2", because: "etcd.member-unhealthy", limitS: 60 } };
	expect(await why(batch)).toMatchObject({ state: "held", ...held });
	const events = await batch.db.runEvent.findMany({ where: { code: held.code } });
	expect(events).toMatchObject([{ runId: "run00002", values: held.values }]);
	await later(batch, 600);
	expect(await batch.state()).toBe("held");
	await batch.change.resume(MIGRATION, "ben");
	await batch.coordinator.tick();
	expect(await why(batch)).toMatchObject({ state: "running", code: "migration.waiting-for-control-plane" });
	for (let turn = 0; turn < 3; turn++) await later(batch, 25);
	expect(await batch.state()).toBe("held");
	await batch.change.stop(MIGRATION, "ben");
	await batch.coordinator.tick();
	expect(await batch.state()).toBe("done");
});

it("ends no sooner for being paused", async () => {
	const paused = await allDone();
	await paused.change.pause(MIGRATION, "ann");
	paused.failing = [web];
	await paused.coordinator.tick();
	await later(paused, 600);
	expect(await why(paused)).toMatchObject({ state: "paused", code: "migration.paused" });
	paused.failing = [];
	await later(paused, 31);
	await later(paused, 31);
	expect(await paused.state()).toBe("done");
});

it("asks nobody of a control plane that it had no node of, nor of pods where failures are on record anyway", async () => {
	const batch = await allDone({}, { controlPlane: false });
	await batch.db.run.update({ where: { id: "run00001" }, data: { state: "reverted", failureSeenAt: new Date() } });
	const { looks } = batch;
	batch.failing = [web];
	batch.controlPlaneLacks = ill;
	await batch.coordinator.tick();
	expect(await batch.state()).toBe("done-with-failures");
	await batch.db.run.update({ where: { id: "run00001" }, data: { state: "done" } });
	expect({ looks: batch.looks, asked: batch.askedOfControlPlane }).toEqual({ looks, asked: [] });
	await batch.db.migration.update({ where: { id: MIGRATION }, data: { state: "running" } });
	batch.failing = [];
	await batch.coordinator.tick();
	expect(await batch.state()).toBe("done");
	expect(batch.askedOfControlPlane).toEqual([]);
});
