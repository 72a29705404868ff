import { expect, it } from "vitest";
import { approvalDigest, approvalState } from "../../lib/approval.ts";
import { policySchema } from "../../lib/contracts/plan.ts";
import { paceOf } from "../../lib/pace.ts";
import { approvalViews, currentSubject } from "./approvals.ts";
import { migrationDetail } from "./history.ts";
import { Batch, MIGRATION } from "./testing/batch.ts";
import { FACTS, testPlan } from "./testing/migrations.ts";

const three = [{ id: "run00001" }, { id: "run00002" }, { id: "run00003" }];
const rollout = { canary: { nodes: 1, soakS: 0, ask: true } };
const digestOf = async (batch: Batch) => approvalDigest(await currentSubject(batch.db, MIGRATION));
const approvalsOf = async (batch: Batch) =>
	(await approvalViews(batch.db, MIGRATION)).map(({ by, reason, digest }) => ({ by, reason, digest }));

/** A migration that ann has started and whose canary has ended. */
async function atCanary(policy: object = {}): Promise<Batch> {
	const batch = await Batch.of({ policy: { ...policy, rollout }, runs: three });
	await batch.change.start(MIGRATION, "ann", { personId: "ann" });
	await batch.play();
	expect(await batch.migration()).toMatchObject({ state: "paused", stateWhy: { code: "migration.canary-ended" } });
	return batch;
}

const goOn = (batch: Batch, person: string, digest: string, more: { why?: string; gate?: "canary" | "control-plane" | null } = {}) => {
	const { why = "looked at it", gate = "canary" } = more;
	return batch.change.resume(MIGRATION, person, person, { why, approves: { gate, digest } });
};

async function slower(batch: Batch): Promise<void> {
	const pace = paceOf(policySchema.parse((await batch.migration()).policy));
	await batch.change.changePace(MIGRATION, { ...pace, pauseS: pace.pauseS + 1 });
}

const planned = (id: string, nodeName: string, position: number, attempt = 1) => ({
	id,
	migrationId: MIGRATION,
	nodeId: nodeName,
	nodeName,
	direction: "migrate",
	position,
	attempt,
	state: "queued",
	plan: { ...testPlan(id, { nodeName }), factsDigest: "0".repeat(64) } as object,
	facts: FACTS as object,
	fromRuntime: "docker",
	toRuntime: "containerd",
});

async function oneMore(batch: Batch): Promise<void> {
	await batch.db.node.create({ data: { id: "new1", clusterId: "cluster1", name: "new1", address: "192.0.2.1" } });
	await batch.change.addNodes(MIGRATION, ["new1"], "ann", async (nodeId, position) => planned("added001", nodeId, position));
}

/** A node whose facts are others by now is planned anew. */
async function otherFacts(batch: Batch): Promise<void> {
	await batch.move("run00003", "cleaning");
	await batch.move("run00003", "failed");
	await batch.change.tryAgain(MIGRATION, "failed", "ann", async ({ nodeId, attempt, position }) =>
		planned("again003", nodeId, position, attempt + 1),
	);
}

it("takes the answer after the canary for an approval of what comes next, and keeps what it is of", async () => {
	const batch = await atCanary();
	const digest = await digestOf(batch);
	await expect(goOn(batch, "ann", digest, { why: "" })).rejects.toMatchObject({ code: "migration.reason-needed" });
	for (const gate of ["control-plane", null] as const)
		await expect(goOn(batch, "ann", digest, { gate })).rejects.toMatchObject({ code: "migration.changed-since" });
	expect(await approvalsOf(batch)).toEqual([]);
	expect(await goOn(batch, "ann", digest)).toBe("canary");
	expect(await approvalViews(batch.db, MIGRATION)).toMatchObject([
		{ by: "ann", reason: "looked at it", digest, subject: { nodes: [{ name: "node1" }, { name: "node2" }, { name: "node3" }] } },
	]);
	await batch.play();
	expect(await batch.state()).toBe("done");
});

it("asks before the control plane for an approval of its own", async () => {
	const plan = testPlan("run00002", { nodeName: "node2", controlPlane: true });
	const policy = { approval: { byAnother: true }, rollout: { askBeforeControlPlane: true } };
	const batch = await Batch.of({ policy, runs: [{ id: "run00001" }, { id: "run00002", plan }] });
	await batch.change.start(MIGRATION, "ann", { personId: "ann" });
	await batch.play();
	const digest = await digestOf(batch);
	const gate = "control-plane";
	await expect(goOn(batch, "ann", digest, { gate })).rejects.toMatchObject({ code: "migration.approval-by-starter" });
	expect(await goOn(batch, "ben", digest, { gate })).toBe("control-plane");
	expect(await approvalsOf(batch)).toEqual([{ by: "ben", reason: "looked at it", digest }]);
	await batch.play();
	expect(await batch.state()).toBe("done");
});

it.each([
	["only where it asks there", { byAnother: true }],
	["beside that of the start", { needed: true, byAnother: true }],
])("has another person than the starter go on, %s", async (_, approval) => {
	const batch = await Batch.of({ policy: { approval, rollout }, runs: three });
	const digest = await digestOf(batch);
	if ("needed" in approval) await batch.change.approve(MIGRATION, { id: "ben", name: "ben" }, { digest, reason: "read it" });
	await batch.change.start(MIGRATION, "ann", { personId: "ann" });
	await batch.play();
	await expect(goOn(batch, "ann", digest)).rejects.toMatchObject({ code: "migration.approval-by-starter" });
	expect(await batch.migration()).toMatchObject({ state: "paused", gates: null });
	await goOn(batch, "ben", digest);
	expect((await approvalsOf(batch))[0]).toEqual({ by: "ben", reason: "looked at it", digest });
	await batch.play();
	expect(await batch.state()).toBe("done");
});

it("lets who has answered go on later as well, and takes no word of the starter's", async () => {
	const batch = await atCanary({ approval: { byAnother: true } });
	await goOn(batch, "ben", await digestOf(batch));
	await batch.change.pause(MIGRATION, "ann");
	await batch.change.resume(MIGRATION, "ben", "ben");
	expect(await batch.state()).toBe("running");
	await batch.db.approval.updateMany({ data: { userId: "ann", userName: "ann" } });
	await batch.change.pause(MIGRATION, "ann");
	await expect(batch.change.resume(MIGRATION, "ben", "ben")).rejects.toMatchObject({ code: "migration.approval-by-starter" });
});

it.each([
	["another pace", slower],
	["another node", oneMore],
	["other facts of a node", otherFacts],
])("approves nothing that has changed since it was seen: %s", async (_, change) => {
	const batch = await atCanary();
	const seen = await digestOf(batch);
	await change(batch);
	await expect(goOn(batch, "ben", seen)).rejects.toMatchObject({ code: "migration.changed-since" });
	expect(await approvalsOf(batch)).toEqual([]);
	expect(await batch.migration()).toMatchObject({ state: "paused", gates: null });
	await goOn(batch, "ben", await digestOf(batch));
	expect(await batch.state()).toBe("running");
});

it("is void once something is changed before the next node goes, is asked for anew, and shows what is different", async () => {
	const batch = await atCanary({ approval: { byAnother: true } });
	await goOn(batch, "ben", await digestOf(batch));
	await slower(batch);
	await batch.coordinator.tick();
	expect(await batch.migration()).toMatchObject({
		state: "paused",
		stateWhy: { code: "migration.approval-void", values: { person: "ben" } },
		gates: ["canary"],
	});
	expect(await batch.states()).toMatchObject({ run00001: "done", run00002: "prepared", run00003: "prepared" });
	const detail = await migrationDetail(batch.db, MIGRATION);
	if (!detail) throw new Error("the migration is there");
	expect(approvalState(detail)).toMatchObject({
		binds: true,
		valid: false,
		changes: { policy: [{ field: "rollout.pauseS", before: "0", after: "1" }], added: [], scripts: [] },
	});
	await expect(batch.change.resume(MIGRATION, "ann", "ann")).rejects.toMatchObject({ code: "migration.approval-void" });
	const word = { digest: await digestOf(batch), reason: "slower is fine" };
	await expect(batch.change.approve(MIGRATION, { id: "ann", name: "ann" }, word)).rejects.toMatchObject({
		code: "migration.approval-by-starter",
	});
	await batch.change.approve(MIGRATION, { id: "ben", name: "ben" }, word);
	await batch.change.resume(MIGRATION, "ann", "ann");
	await batch.coordinator.tick();
	expect(await batch.states()).toMatchObject({ run00002: "draining" });
});

it("binds a migration to nothing whose question was answered before answers were approvals", async () => {
	const batch = await atCanary();
	await batch.db.migration.update({ where: { id: MIGRATION }, data: { state: "running", gates: ["canary"] } });
	await slower(batch);
	await batch.play();
	expect(await batch.state()).toBe("done");
});
