import { afterEach, expect, it, vi } from "vitest";
import { policySchema } from "../../../lib/contracts/plan.ts";
import { SimulatedWorld } from "./simulated-world.ts";
import { VirtualTime } from "./virtual-time.ts";

vi.setConfig({ testTimeout: 600_000 });

const NODES = ["node1", "node2", "node3"];
let time: VirtualTime | undefined;
let world: SimulatedWorld | undefined;
afterEach(async () => {
	await world?.close();
	time?.uninstall();
});

it("takes three control plane nodes one after the other, each only while etcd, the API server and the pods are as they were", async () => {
	time = VirtualTime.install();
	world = await SimulatedWorld.start("control-plane");
	const { running, database, console } = world;
	const { db } = database;
	const id = await console.engine.planning.draft({
		clusterId: database.clusterId,
		direction: "migrate",
		nodeIds: NODES,
		policy: policySchema.parse({ installCrictl: false, verifyTimeoutS: 900 }),
		reason: "",
		ticket: "",
		withoutApi: false,
		person: { id: "p1", name: "ann" },
	});
	const run = (node: string) => db.run.findFirstOrThrow({ where: { migrationId: id, nodeName: node } });
	const waits = async (node: string) => ((await run(node)).waiting as { code: string; values: Record<string, unknown> } | null) ?? null;
	const why = async () =>
		(await db.migration.findUniqueOrThrow({ where: { id } })).stateWhy as { code: string; values: Record<string, unknown> } | null;
	const cordoned = (node: string) => running.cluster.nodes.get(node)?.spec.unschedulable === true;
	/** Waits in the simulated world's own time. */
	async function until(what: string, holds: () => Promise<boolean>, limitS = 3_600): Promise<void> {
		for (let second = 0; second < limitS; second++) {
			if (await holds()) return;
			await pass(0.5);
		}
		const runs = await db.run.findMany({
			where: { migrationId: id },
			select: { nodeName: true, state: true, waiting: true, result: true },
		});
		throw new Error(`never: ${what}: ${JSON.stringify([await why(), runs])}`);
	}
	const pass = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
	const done = (node: string) => until(`${node} is done`, async () => (await run(node)).state === "done");
	/** What happens when a node is committed: the next one cannot have had its turn yet. */
	const committed = new Map<string, () => void>();
	const runs = await db.run.findMany({ where: { migrationId: id }, select: { id: true, nodeName: true } });
	world.onPassed = async ({ runId, step, edge, where }) => {
		const node = runs.find((each) => each.id === runId)?.nodeName;
		if (where === "console" && step === "commit" && edge === "end" && node) committed.get(node)?.();
	};
	/** It has its turn, and is as it was. */
	async function staysIn(node: string, code: string, because: string): Promise<void> {
		await until(`${node} waits with ${code} ${because}`, async () => {
			const waiting = await waits(node);
			return waiting?.code === code && waiting.values["because"] === because;
		});
		await pass(20);
		expect(await waits(node)).toMatchObject({ code, values: { because } });
		expect(cordoned(node)).toBe(false);
	}
	const web = running.cluster.workloads.find(({ name }) => name === "web");
	if (!web) throw new Error("the cluster has a workload that is evicted");
	// What the first one left behind, as it might be: an API server that is not ready, a member that is away, one that follows another leader.
	committed.set("node1", () => {
		running.cluster.ready = false;
		running.etcd.silent.add("node1");
	});
	committed.set("node2", () => {
		web.stuck = "CrashLoopBackOff";
	});
	// After the last one nobody waits to go out, and the same is asked.
	committed.set("node3", () => {
		running.cluster.ready = false;
		running.etcd.led.set("node1", "node2");
	});
	await console.engine.change.start(id, "ann");

	await staysIn("node2", "run.etcd-not-ready", "etcd.member-unhealthy");
	running.etcd.silent.clear();
	running.etcd.led.set("node3", "node2");
	await staysIn("node2", "run.etcd-not-ready", "etcd.leaders-differ");
	running.etcd.led.clear();
	await staysIn("node2", "run.api-server-not-ready", "cluster.not-ready");
	running.cluster.ready = true;

	await done("node2");
	await until("the migration waits for its pods", async () => (await why())?.code === "migration.waiting-for-pods");
	expect(await why()).toMatchObject({ values: { pods: "ReplicaSet default/web-7d4c9f8b6 (CrashLoopBackOff)", count: 1 } });
	expect((await run("node3")).state).toBe("prepared");
	web.stuck = undefined;

	await done("node3");
	const endsNot = (because: string) =>
		until(`the migration waits with ${because}`, async () => {
			const told = await why();
			return told?.code === "migration.waiting-for-control-plane" && told.values["because"] === because;
		});
	await endsNot("etcd.leaders-differ");
	running.etcd.led.clear();
	await endsNot("cluster.not-ready");
	running.cluster.ready = true;
	await until("the migration is done", async () => (await db.migration.findUniqueOrThrow({ where: { id } })).state === "done");
	for (const { machine } of running.nodes) expect(machine.containers.list("docker").filter((each) => each.state === "running")).toEqual([]);
});
