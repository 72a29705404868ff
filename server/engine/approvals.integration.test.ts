import { expect, it } from "vitest";
import { approvalDigest } from "../../lib/approval.ts";
import { policySchema } from "../../lib/contracts/plan.ts";
import { paceOf } from "../../lib/pace.ts";
import { approvalViews, currentSubject } from "./approvals.ts";
import { Batch, MIGRATION } from "./testing/batch.ts";
import { FACTS, testPlan } from "./testing/migrations.ts";

const two = [{ id: "run00001" }, { id: "run00002" }];
const policy = (more: object = {}) => ({ approval: { needed: true, ...more } });
const ann = { id: "ann", name: "ann" };
const ben = { id: "ben", name: "ben" };
const digestOf = async (batch: Batch) => approvalDigest(await currentSubject(batch.db, MIGRATION));
const approve = async (batch: Batch, person = ben) =>
	batch.change.approve(MIGRATION, person, { digest: await digestOf(batch), reason: "seen" });

it("starts nothing that nobody has approved, and takes an approval only of what is there", async () => {
	const batch = await Batch.of({ policy: policy(), runs: two });
	await expect(batch.change.start(MIGRATION, "ann")).rejects.toMatchObject({ code: "migration.approval-needed" });
	await expect(batch.change.approve(MIGRATION, ben, { digest: "0".repeat(64), reason: "x" })).rejects.toMatchObject({
		code: "migration.changed-since",
	});
	await expect(batch.change.approve(MIGRATION, ben, { digest: await digestOf(batch), reason: "" })).rejects.toMatchObject({
		code: "migration.reason-needed",
	});
	await approve(batch);
	await batch.change.start(MIGRATION, "ann");
	expect(await batch.state()).toBe("running");
	expect(await approvalViews(batch.db, MIGRATION)).toMatchObject([
		{ by: "ben", reason: "seen", subject: { nodes: [{ name: "node1" }, { name: "node2" }] } },
	]);
});

it("wants another person than who starts it, where the policy does", async () => {
	const batch = await Batch.of({ policy: policy({ byAnother: true }), runs: two });
	await approve(batch, ann);
	await expect(batch.change.start(MIGRATION, "ann", { personId: "ann" })).rejects.toMatchObject({ code: "migration.approval-by-starter" });
	await batch.change.start(MIGRATION, "ben", { personId: "ben" });
	expect(await batch.state()).toBe("running");
});

it("is no word of the one who started it, whoever goes on by it", async () => {
	const batch = await Batch.of({ policy: policy({ byAnother: true }), runs: two });
	await approve(batch);
	await batch.change.start(MIGRATION, "ann", { personId: "ann" });
	await expect(approve(batch, ann)).rejects.toMatchObject({ code: "migration.approval-by-starter" });
	await batch.change.pause(MIGRATION, "ann");
	await batch.change.resume(MIGRATION, "ann", "ann");
	// However it came to be the newest one: the rollout does not take it, and nobody goes on by it.
	const last = await batch.db.approval.findFirstOrThrow();
	await batch.db.approval.update({ where: { id: last.id }, data: { userId: "ann" } });
	await batch.coordinator.tick();
	expect(await batch.state()).toBe("paused");
	await expect(batch.change.resume(MIGRATION, "ben", "ben")).rejects.toMatchObject({ code: "migration.approval-by-starter" });
});

it("lets what was approved go on after preparing", async () => {
	const batch = await Batch.of({ policy: { ...policy(), prepareOnly: true }, runs: two });
	await approve(batch);
	await batch.change.start(MIGRATION, "ann");
	await batch.play();
	expect(await batch.migration()).toMatchObject({ state: "paused", stateWhy: { code: "migration.prepared" } });
	await batch.change.resume(MIGRATION, "ann");
	await batch.play();
	expect(await batch.state()).toBe("done");
});

it("is void once the pace is another", async () => {
	const batch = await Batch.of({ policy: policy(), runs: two });
	await approve(batch);
	const pace = paceOf(policySchema.parse((await batch.migration()).policy));
	await batch.change.changePace(MIGRATION, { ...pace, maxUnavailable: 2 });
	await expect(batch.change.start(MIGRATION, "ann")).rejects.toMatchObject({ code: "migration.approval-void", values: { person: "ben" } });
	await approve(batch);
	await batch.change.start(MIGRATION, "ann");
});

it("lets nothing new out once what would run is not what was approved, until that is approved", async () => {
	const batch = await Batch.of({ policy: policy(), runs: two });
	await approve(batch);
	await batch.change.start(MIGRATION, "ann");
	await batch.coordinator.tick();
	await batch.move("run00001");
	await batch.coordinator.tick();
	expect(await batch.states()).toEqual({ run00001: "draining", run00002: "preparing" });
	// A further attempt has scripts of its own.
	await batch.move("run00002", "cleaning");
	await batch.move("run00002", "failed");
	await batch.change.tryAgain(MIGRATION, "failed", "ann", async ({ nodeId, attempt, position }) => ({
		id: "run00003",
		migrationId: MIGRATION,
		nodeId,
		nodeName: nodeId,
		direction: "migrate",
		position,
		attempt: attempt + 1,
		state: "queued",
		plan: testPlan("run00003", { nodeName: nodeId }) as object,
		facts: FACTS as object,
		fromRuntime: "docker",
		toRuntime: "containerd",
	}));
	await batch.coordinator.tick();
	expect(await batch.migration()).toMatchObject({
		state: "paused",
		stateWhy: { code: "migration.approval-void", values: { person: "ben" } },
	});
	expect(await batch.states()).toMatchObject({ run00001: "draining", run00003: "queued" });
	await expect(batch.change.resume(MIGRATION, "ann")).rejects.toMatchObject({ code: "migration.approval-void" });
	await approve(batch);
	await batch.change.resume(MIGRATION, "ann");
	await batch.play();
	expect(await batch.state()).toBe("done");
});

it("does not start without a change ticket, where the policy wants one", async () => {
	const batch = await Batch.of({ policy: { ticketNeeded: true }, runs: two });
	await expect(batch.change.start(MIGRATION, "ann")).rejects.toMatchObject({ code: "migration.ticket-needed" });
	await batch.db.migration.update({ where: { id: MIGRATION }, data: { ticket: "CHG-1" } });
	await batch.change.start(MIGRATION, "ann");
});
