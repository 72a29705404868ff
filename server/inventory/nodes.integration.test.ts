import { describe, expect, it } from "vitest";
import type { Db } from "../db/client.ts";
import { alone } from "../db/commit.ts";
import { originalAnnotation } from "./original-annotation.ts";
import { syncNodes } from "./sync-nodes.ts";
import { addCluster, inventory, nodeRow } from "./testing/inventory.ts";

const now = new Date("2026-02-01T10:00:00Z");
const migration = { direction: "migrate", policy: {}, reason: "", ticket: "", createdById: "", createdBy: "" };

async function setUp() {
	const parts = await inventory();
	const clusterId = await addCluster(parts.db);
	const sync = (...rows: Parameters<typeof syncNodes>[2]) => syncNodes(parts.db, clusterId, rows, now);
	const ids = async () => Object.fromEntries((await parts.nodes.list()).map((node) => [node.name, node.id]));
	return { ...parts, clusterId, sync, ids };
}

async function addRun(
	db: Db,
	nodeId: string,
	id: string,
	data: { direction: string; state: string; minute: number; previousId?: string; before?: object },
) {
	const { direction, state, minute, previousId, before } = data;
	const [from, to] = direction === "migrate" ? ["docker://20.10.24", "containerd://1.6.20"] : ["containerd://1.6.20", "docker://20.10.24"];
	const run = { id, nodeId, nodeName: "", direction, state, position: 0, fromRuntime: from, toRuntime: to, previousId, before };
	await db.migration.create({
		data: {
			...migration,
			id: `m-${id}`,
			clusterId: "c1",
			state: state === "queued" ? "draft" : "running",
			runs: { create: { ...run, endedAt: new Date(now.getTime() + minute * 60_000) } },
		},
	});
}

describe("nodes of an API", () => {
	it("appear with every column, in the order in which people count", async () => {
		const { sync, nodes } = await setUp();
		const rows = [
			nodeRow("node10"),
			nodeRow("node2", { internalIp: "10.0.0.2", labels: { zone: "a" } }),
			nodeRow("node1", { roles: ["master"] }),
		];
		expect(await sync(...rows)).toEqual({ changed: true, moved: [] });
		const views = await nodes.list();
		expect(views.map((node) => node.name)).toEqual(["node1", "node2", "node10"]);
		expect(views[1]).toMatchObject({
			clusterName: "c1",
			address: "10.0.0.2",
			port: 22,
			manual: false,
			gone: false,
			controlPlane: false,
			runtime: "docker",
			runtimeText: "docker://20.10.24",
			hostKey: "unknown",
			api: { name: "node2", status: "Ready", version: "v1.20.2", labels: { zone: "a" }, osImage: "Debian GNU/Linux 12 (bookworm)" },
			apiSeenAt: now.toISOString(),
		});
		expect(views[0]?.controlPlane).toBe(true);
	});

	it("are written only where something changed, and a heartbeat alone wakes nobody", async () => {
		const { sync, db } = await setUp();
		const beat = (at: string) =>
			nodeRow("node1", { conditions: [{ type: "Ready", status: "True", reason: "", message: "", heartbeatAt: at, transitionAt: null }] });
		await sync(beat("2026-02-01T09:59:00Z"));
		const updatedAt = async () => (await db.node.findFirstOrThrow()).updatedAt;
		expect(await sync(beat("2026-02-01T09:59:30Z"))).toEqual({ changed: false, moved: [] });
		expect((await db.node.findFirstOrThrow()).api).toMatchObject({ heartbeatAt: "2026-02-01T09:59:30Z" });
		const before = await updatedAt();
		expect(await sync(beat("2026-02-01T09:59:30Z"))).toEqual({ changed: false, moved: [] });
		expect((await updatedAt()).getTime()).toBeGreaterThanOrEqual(before.getTime());
		expect(await sync(nodeRow("node1", { status: "NotReady", ready: "False" }))).toEqual({ changed: true, moved: [] });
	});

	it("go and come back, and follow the API's address unless a person set one", async () => {
		const { sync, nodes, ids } = await setUp();
		await sync(nodeRow("node1"), nodeRow("node2"));
		expect(await sync(nodeRow("node2"))).toMatchObject({ changed: true });
		expect((await nodes.list()).map((node) => node.gone)).toEqual([true, false]);
		const { node1 = "", node2 = "" } = await ids();
		await nodes.setWay(node2, { address: "192.0.2.2" });
		expect(await sync(nodeRow("node1", { internalIp: "10.0.0.7" }), nodeRow("node2", { internalIp: "10.0.0.8" }))).toEqual({
			changed: true,
			moved: [node1],
		});
		expect((await nodes.list()).map((node) => [node.gone, node.address])).toEqual([
			[false, "10.0.0.7"],
			[false, "192.0.2.2"],
		]);
		expect(await nodes.setWay(node2, { address: null })).toMatchObject({ address: "10.0.0.8" });
	});

	it("that are another machine under the same name lose what was known of the first", async () => {
		const { sync, nodes, db, ids } = await setUp();
		await sync(nodeRow("node1"));
		const { node1 = "" } = await ids();
		const shown = { runtime: "containerd", text: "containerd://1.6.20", controlPlane: true };
		const preflight = { at: now.toISOString(), block: [], warn: [], note: [] };
		const facts = { create: { facts: { version: 1 } } };
		await db.node.update({ where: { id: node1 }, data: { shown, preflight, facts, factsAt: now, mark: "migrated" } });
		expect(await nodes.get(node1)).toMatchObject({ runtime: "containerd", controlPlane: true, mark: "migrated", preflight });
		expect(await sync(nodeRow("node1", { uid: "reinstalled" }))).toEqual({ changed: true, moved: [node1] });
		expect(await nodes.get(node1)).toMatchObject({ runtime: "docker", controlPlane: false, mark: null, factsAt: null, preflight: null });
		expect(await db.nodeFacts.count()).toBe(0);
	});

	it("take in one that was added by hand before", async () => {
		const { sync, nodes, clusterId } = await setUp();
		const { id } = await nodes.add({ clusterId, name: "node1", address: "192.0.2.1", port: 2222 });
		expect(await nodes.get(id)).toMatchObject({ manual: true, api: null, runtime: "unknown", port: 2222 });
		await sync(nodeRow("node1"));
		expect(await nodes.get(id)).toMatchObject({ manual: false, address: "192.0.2.1", port: 2222, runtime: "docker" });
	});
});

describe("nodes by hand", () => {
	it("need a name that is free and a cluster that exists", async () => {
		const { nodes, clusterId } = await setUp();
		const input = { clusterId, name: "node1", address: "10.0.0.1", port: null };
		const { id } = await nodes.add(input);
		await expect(nodes.add(input)).rejects.toMatchObject({ code: "inventory.name-taken" });
		await expect(nodes.add({ ...input, clusterId: "none" })).rejects.toMatchObject({
			code: "inventory.not-found",
			values: { kind: "cluster" },
		});
		await expect(nodes.setWay(id, { address: null })).rejects.toMatchObject({ code: "inventory.no-address" });
		await expect(nodes.get("none")).rejects.toMatchObject({ code: "inventory.not-found" });
	});

	it("are said to be gone where one was removed while its way was changed", async () => {
		const { nodes, clusterId, db, forgotten } = await setUp();
		const { id } = await nodes.add({ clusterId, name: "by-hand", address: "10.0.0.1", port: null });
		const afterRemoval: ReturnType<typeof alone> = async (writes) => {
			await db.node.delete({ where: { id } });
			return alone(db)(writes);
		};
		await expect(nodes.setWay(id, { address: "10.0.0.2" }, afterRemoval)).rejects.toMatchObject({ code: "inventory.not-found" });
		expect(forgotten).toEqual([]);
	});

	it("can be removed, unlike those that an API lists", async () => {
		const { nodes, clusterId, sync, ids, db, forgotten } = await setUp();
		const { id } = await nodes.add({ clusterId, name: "by-hand", address: "10.0.0.1", port: null });
		await sync(nodeRow("node1"));
		const { node1 = "" } = await ids();
		await expect(nodes.remove(node1)).rejects.toMatchObject({ code: "inventory.not-manual" });
		await addRun(db, id, "r1", { direction: "migrate", state: "done", minute: 0 });
		await expect(nodes.remove(id)).rejects.toMatchObject({ code: "inventory.has-history" });
		await nodes.remove(id, { withHistory: true });
		await sync();
		await nodes.remove(node1);
		expect([await nodes.list(), forgotten]).toEqual([[], [id, node1]]);
	});
});

describe("a node's runs", () => {
	it("give the way back that is still there, and the one under way", async () => {
		const { db, sync, nodes, ids } = await setUp();
		await sync(nodeRow("node1"), nodeRow("node2", { containerRuntime: "containerd://1.6.20" }));
		const { node1 = "" } = await ids();
		const facts = async () => {
			const { rollbackRunId, wentOverByHand, activeRunId, runtime } = await nodes.get(node1);
			return [runtime, rollbackRunId, wentOverByHand, activeRunId];
		};
		expect((await nodes.list())[1]).toMatchObject({ name: "node2", wentOverByHand: true, rollbackRunId: null });
		await addRun(db, node1, "planned", { direction: "migrate", state: "queued", minute: 0 });
		expect(await facts()).toEqual(["docker", null, false, null]);
		await addRun(db, node1, "went-back", { direction: "migrate", state: "reverted", minute: 1 });
		expect(await facts()).toEqual(["docker", null, false, null]);
		await addRun(db, node1, "first", { direction: "migrate", state: "done", minute: 2 });
		expect(await facts()).toEqual(["containerd", "first", false, null]);
		await addRun(db, node1, "again", { direction: "migrate", state: "done", minute: 3 });
		await addRun(db, node1, "tried", { direction: "rollback", state: "failed", minute: 4 });
		expect(await facts()).toEqual(["containerd", "again", false, null]);
		await addRun(db, node1, "under-way", { direction: "rollback", state: "cutover", minute: 5 });
		expect(await facts()).toEqual(["containerd", "again", false, "under-way"]);
		const step = { runId: "under-way", phase: "prepare", where: "node" };
		await db.runStep.create({ data: { ...step, stepId: "probe", position: 0, state: "ok" } });
		await db.runStep.create({ data: { ...step, stepId: "carry-images", position: 1, state: "running" } });
		await db.run.update({ where: { id: "under-way" }, data: { state: "preparing", seenAt: now } });
		const onNode = [{ where: "node", state: "running" }];
		expect((await nodes.get(node1)).activeRun).toMatchObject({ state: "preparing", seenAt: now.toISOString(), steps: onNode });
		await db.run.update({ where: { id: "under-way" }, data: { state: "done" } });
		expect(await facts()).toEqual(["docker", null, false, null]);
	});

	it("lead a rollback, however often it was tried, to the annotation before the migration", async () => {
		const { db, sync, ids } = await setUp();
		await sync(nodeRow("node1"));
		const { node1 = "" } = await ids();
		const before = { unschedulable: false, annotations: { "kubeadm.alpha.kubernetes.io/cri-socket": "/var/run/dockershim.sock" } };
		await addRun(db, node1, "m", { direction: "migrate", state: "done", minute: 1, before });
		await addRun(db, node1, "b1", { direction: "rollback", state: "failed", minute: 2, previousId: "m" });
		await addRun(db, node1, "b2", { direction: "rollback", state: "cutover", minute: 3, previousId: "b1" });
		expect([await originalAnnotation(db, "b1"), await originalAnnotation(db, "b2")]).toEqual([
			"/var/run/dockershim.sock",
			"/var/run/dockershim.sock",
		]);
		await addRun(db, node1, "alone", { direction: "rollback", state: "cutover", minute: 3 });
		expect([await originalAnnotation(db, "alone"), await originalAnnotation(db, "none")]).toEqual([null, null]);
	});
});

it("lists 5,000 nodes in a handful of queries", async () => {
	const { db, clusterId, nodes, credentials } = await setUp();
	await syncNodes(
		db,
		clusterId,
		Array.from({ length: 5_000 }, (_, index) => nodeRow(`node${index}`, { internalIp: `10.1.${index >> 8}.${index & 255}` })),
		now,
	);
	await credentials.set(
		{ clusterId },
		{ user: "ops", port: 2222, auth: { kind: "password", password: "x" }, privilege: "sudo", jump: null },
	);
	const views = await nodes.list({ clusterId });
	expect(views).toHaveLength(5_000);
	expect([views[0]?.name, views[9]?.name, views[4_999]?.name, views[4_999]?.port]).toEqual(["node0", "node9", "node4999", 2222]);
	expect(await syncNodes(db, clusterId, [nodeRow("node0", { internalIp: "10.1.0.0" })], now)).toMatchObject({ changed: true });
	expect((await nodes.list({ ids: [views[0]?.id ?? "", views[4_999]?.id ?? ""] })).map((node) => node.gone)).toEqual([false, true]);
});
