import { expect, it } from "vitest";
import { Batch, MIGRATION } from "./testing/batch.ts";
import { FACTS, testPlan } from "./testing/migrations.ts";

const planned = async (nodeId: string, position: number) => ({
	id: `added${position}000`,
	migrationId: MIGRATION,
	nodeId,
	nodeName: nodeId,
	direction: "migrate",
	position,
	state: "queued",
	plan: testPlan(`added${position}000`, { nodeName: nodeId }) as object,
	facts: FACTS as object,
	fromRuntime: "docker",
	toRuntime: "containerd",
});
async function paused(): Promise<Batch> {
	const batch = await Batch.of({ runs: [{ id: "run00001" }] });
	for (const name of ["new1", "new2"])
		await batch.db.node.create({ data: { id: name, clusterId: "cluster1", name, address: "192.0.2.1" } });
	await batch.change.start(MIGRATION, "ann");
	await batch.change.pause(MIGRATION, "ann");
	return batch;
}

it("adds nodes to a paused migration, says who did, and takes them over when it goes on", async () => {
	const batch = await paused();
	expect(await batch.change.addNodes(MIGRATION, ["new2", "node1", "new1", "strange"], "ben", planned)).toHaveLength(2);
	const runs = await batch.db.run.findMany({ where: { attempt: 1, nodeId: { startsWith: "new" } }, include: { events: true } });
	expect(runs.map((run) => run.position).toSorted()).toEqual([1, 2]);
	expect(runs.flatMap((run) => run.events)).toMatchObject([
		{ code: "run.added", actor: "ben" },
		{ code: "run.added", actor: "ben" },
	]);
	expect(await batch.state()).toBe("paused");
	await batch.change.resume(MIGRATION, "ann");
	await batch.play();
	expect(await batch.state()).toBe("done");
	expect(Object.values(await batch.states())).toEqual(["done", "done", "done"]);
});

it("adds none twice, none that another migration works on, and none while it runs", async () => {
	const batch = await paused();
	const both = await Promise.allSettled([
		batch.change.addNodes(MIGRATION, ["new1"], "ann", planned),
		batch.change.addNodes(MIGRATION, ["new1"], "ben", planned),
	]);
	expect(both.map((one) => one.status).toSorted()).toEqual(["fulfilled", "rejected"]);
	expect(both.find((one) => one.status === "rejected")).toMatchObject({ reason: { code: "migration.nothing-to-do" } });
	await batch.db.migration.create({
		data: {
			id: "other",
			clusterId: "cluster1",
			direction: "migrate",
			state: "running",
			policy: {},
			reason: "",
			ticket: "",
			createdById: "p",
			createdBy: "p",
		},
	});
	await batch.db.run.create({ data: { ...(await planned("new2", 7)), id: "other0001", migrationId: "other" } });
	await expect(batch.change.addNodes(MIGRATION, ["new2"], "ann", planned)).rejects.toMatchObject({ code: "migration.node-busy" });
	await batch.change.resume(MIGRATION, "ann");
	await expect(batch.change.addNodes(MIGRATION, ["new2"], "ann", planned)).rejects.toMatchObject({ code: "migration.wrong-state" });
});

it("has what it adds go where the policy's order says, and leaves who has gone out where it is", async () => {
	const policy = { maxUnavailable: 1, rollout: { order: "name", batchSize: 2 } };
	const batch = await Batch.of({ policy, runs: ["b", "d", "f"].map((node, index) => ({ id: `run0000${index + 1}`, node })) });
	for (const name of ["a", "e", "c", "z"])
		await batch.db.node.create({ data: { id: name, clusterId: "cluster1", name, address: "192.0.2.1" } });
	await batch.change.start(MIGRATION, "ann");
	await batch.coordinator.tick();
	await batch.move("run00001");
	await batch.coordinator.tick();
	expect(await batch.states()).toMatchObject({ run00001: "draining" });
	await batch.change.pause(MIGRATION, "ann");
	const excluded = async (nodeId: string, position: number) => ({
		...(await planned(nodeId, position)),
		...(nodeId === "a" ? { state: "skipped" } : {}),
	});
	await batch.change.addNodes(MIGRATION, ["z", "e", "a", "c"], "ben", excluded);
	const runs = await batch.db.run.findMany({ orderBy: { position: "asc" } });
	expect(runs.map((run) => run.nodeName)).toEqual(["b", "c", "d", "e", "f", "z", "a"]);
	expect(runs.map((run) => run.position)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
