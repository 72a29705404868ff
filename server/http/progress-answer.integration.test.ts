import { expect, it } from "vitest";
import { policySchema } from "../../lib/contracts/plan.ts";
import { RULE_OF_THUMB } from "../../lib/estimate.ts";
import { addCluster, inventory } from "../inventory/testing/inventory.ts";
import { progressAnswer } from "./progress-answer.ts";

const NOW = Date.parse("2026-02-01T10:00:00Z");
const ago = (seconds: number) => new Date(NOW - seconds * 1_000);

async function setUp() {
	const { db } = await inventory();
	const clusterId = await addCluster(db);
	const shared = { clusterId, direction: "migrate", policy: policySchema.parse({}), reason: "", createdById: "", createdBy: "" };
	for (const state of ["running", "paused", "done"])
		await db.migration.create({ data: { ...shared, id: state, state, ticket: "", startedAt: ago(600) } });
	for (const name of ["a", "b", "c"]) await db.node.create({ data: { id: name, clusterId, name, address: "10.0.0.1" } });
	const add = (migrationId: string, nodeId: string, state: string, tookS?: number) =>
		db.run.create({
			data: {
				...{ id: `${migrationId}-${nodeId}`, migrationId, nodeId, nodeName: nodeId, direction: "migrate", state, position: 0 },
				...{ fromRuntime: "docker://20.10.24", toRuntime: "containerd://1.6.20", endedAt: tookS === undefined ? null : ago(0) },
				steps: {
					create: (tookS === undefined ? [] : [tookS]).map((seconds) => ({
						...{ stepId: "cordon", phase: "drain", where: "console", position: 0, state: "ok", startedAt: ago(seconds) },
					})),
				},
			},
		});
	const left = async () => Object.fromEntries((await progressAnswer({ db }, undefined, NOW)).map(({ id, left }) => [id, left]));
	return { db, add, left };
}

it("tells the time left by what there is to go by, and none of what a person decides", async () => {
	const { db, add, left } = await setUp();
	await add("paused", "a", "prepared");
	await add("running", "b", "prepared");
	const { minMs, maxMs } = RULE_OF_THUMB.out;
	expect(await left()).toEqual({ running: { minMs, maxMs, by: "thumb" }, paused: null });
	await add("done", "c", "done", 300);
	expect(await left()).toEqual({ running: { minMs: 300_000, maxMs: 300_000, by: "past" }, paused: null });
	await add("running", "c", "done", 60);
	expect(await left()).toEqual({ running: { minMs: 60_000, maxMs: 60_000, by: "own" }, paused: null });
	await db.run.update({ where: { id: "running-b" }, data: { state: "cancelled" } });
	expect((await left())["running"]).toBeNull();
});
