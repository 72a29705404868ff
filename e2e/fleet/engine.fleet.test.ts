import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { maskedLog } from "../../server/logs/redactor.ts";
import { runDir } from "../../server/plan/layout.ts";
import { type EngineHarness, engineHarness } from "./engine-harness.ts";
import type { Fleet } from "./fleet.ts";
import { filesOf } from "./node-state.ts";
import { until } from "./process.ts";
import { sharedFleet } from "./shared-fleet.ts";

// A batch by the engine and its database: two nodes go over one after the other, one comes back, the record agrees with the nodes.
let fleet: Fleet;
let harness: EngineHarness;
const before = new Map<string, string>();

beforeAll(async () => {
	fleet = await sharedFleet();
	for (const node of fleet.nodes) before.set(node.name, await filesOf(node));
	await fleet.deploy({ name: "web", replicas: 3, minAvailable: 2 });
	harness = await engineHarness(fleet);
});
afterAll(async () => {
	await harness?.close();
	await fleet.kubectl(["delete", "deployment/web", "poddisruptionbudget/web", "--ignore-not-found"]);
	for (const node of fleet.nodes) await fleet.reset(node.name);
});

it("takes two nodes over, never more than one out, and the log in the database is the node's", async () => {
	const { db, engine } = harness;
	const id = await harness.draft(["node1", "node2"], "migrate");
	await engine.change.start(id, "tester");
	expect(await harness.ended(id, 1_080_000)).toBe("done");

	const wide = await fleet.kubectl(["get", "nodes", "-o", "wide", "--no-headers"]);
	expect(
		wide
			.split("\n")
			.filter((line) => line.includes("containerd://1.6.20"))
			.map((line) => line.split(" ")[0]),
	).toEqual(["node1", "node2"]);
	expect(wide).toMatch(/node3.*docker:\/\//);
	expect(wide).not.toContain("SchedulingDisabled");

	const runs = await db.run.findMany({ where: { migrationId: id }, include: { steps: { orderBy: { position: "asc" } } } });
	for (const run of runs) {
		expect(run).toMatchObject({ state: "done", verified: "cluster", cordonedByUs: false, leaseId: null });
		expect(
			run.steps.filter((step) => step.state !== "ok" && step.state !== "skipped").map((step) => `${step.stepId} ${step.state}`),
		).toEqual([]);
		const chunks = await db.logChunk.findMany({ where: { runId: run.id }, orderBy: { offset: "asc" } });
		const stored = createHash("sha256")
			.update(Buffer.concat(chunks.map((chunk) => chunk.bytes)))
			.digest("hex");
		const onNode = Buffer.from(await fleet.node(run.nodeName).must(`base64 -w0 ${runDir(run.id)}/log`), "base64");
		expect(stored).toBe(createHash("sha256").update(maskedLog(run.id, onNode)).digest("hex"));
	}
	// Out = from going out until verified: the second begins after the first was committed.
	const events = await db.runEvent.findMany({
		where: { migrationId: id, code: { in: ["run.going-out", "run.committed"] } },
		orderBy: { id: "asc" },
	});
	expect(events.map((event) => event.code)).toEqual(["run.going-out", "run.committed", "run.going-out", "run.committed"]);
}, 1_200_000);

it("problem 11: takes one back by the button, byte for byte", async () => {
	const { engine } = harness;
	const id = await harness.draft(["node1"], "rollback");
	await engine.change.start(id, "tester");
	expect(await harness.ended(id, 300_000)).toBe("done");
	expect(await fleet.kubectl(["get", "node", "node1", "-o", "wide", "--no-headers"])).toContain("docker://20.10.24");
	expect(await filesOf(fleet.node("node1"))).toBe(before.get("node1"));
	expect(
		await fleet.kubectl(["get", "node", "node1", "-o", "jsonpath={.metadata.annotations.kubeadm\\.alpha\\.kubernetes\\.io/cri-socket}"]),
	).toContain("dockershim");
});

it("takes up a run in the middle of its cutover after a restart", async () => {
	const { db } = harness;
	const id = await harness.draft(["node3"], "migrate");
	expect(
		JSON.stringify(await db.run.findFirst({ where: { migrationId: id }, select: { state: true, result: true, findings: true } })),
	).toContain(`"state":"queued"`);
	await harness.engine.change.start(id, "tester");
	await until(
		"node3 is in its cutover",
		120_000,
		async () => ((await db.run.findFirst({ where: { migrationId: id, state: "cutover", logBytes: { gt: 0 } } })) ? true : undefined),
		undefined,
		50,
	);
	await harness.restart();
	expect(await harness.ended(id, 240_000)).toBe("done");
	expect(await fleet.kubectl(["get", "node", "node3", "-o", "wide", "--no-headers"])).toContain("containerd://1.6.20");
});
