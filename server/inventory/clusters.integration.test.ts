import { expect, it } from "vitest";
import type { ClusterInput } from "../../lib/contracts/inventory.ts";
import { alone } from "../db/commit.ts";
import { Clusters } from "./clusters.ts";
import { storedAccess } from "./kubeconfig-seal.ts";
import { addCluster, inventory, KUBECONFIG, listing, nodeRow } from "./testing/inventory.ts";

const input = (change: Partial<ClusterInput> = {}): ClusterInput => ({
	name: "prod",
	kubeconfig: KUBECONFIG,
	context: null,
	serverOverride: null,
	tlsServerName: null,
	...change,
});

async function setUp() {
	const parts = await inventory();
	const { connections, openApi, counts } = listing(parts.db, parts.seal, { now: [nodeRow("node1")] });
	const clusters = new Clusters({ ...parts, connections, openApi });
	return { ...parts, connections, counts, clusters };
}

it("stores an access sealed, and shows nothing of it", async () => {
	const { clusters, db, seal } = await setUp();
	const view = await clusters.create(input({ context: "two", serverOverride: "https://10.0.0.9:6443", tlsServerName: "kubernetes" }));
	expect(view).toMatchObject({ name: "prod", hasApi: true, serverOverride: "https://10.0.0.9:6443", hasCredential: false });
	expect(view.apiState).toEqual({ ok: true, server: "https://10.0.0.9:6443", context: "two", version: "v1.20.2" });
	const row = await db.cluster.findUniqueOrThrow({ where: { id: view.id } });
	expect(JSON.stringify([row, view])).not.toContain("S3cret");
	const access = storedAccess(seal, { ...row, kubeconfig: row.kubeconfig ?? "" });
	expect(access).toMatchObject({ contextName: "two", server: "https://10.0.0.9:6443", tlsServerName: "kubernetes" });
	expect(access.credentials()).toEqual({ token: "S3cretToken" });
});

it("stores nothing that does not work, and names the cause", async () => {
	const parts = await inventory();
	const { connections } = listing(parts.db, parts.seal, { now: [] });
	// The real client, towards a port that nobody listens on.
	const clusters = new Clusters({ ...parts, connections });
	await expect(clusters.create(input())).rejects.toMatchObject({ code: "cluster.refused", values: { address: "127.0.0.1:1" } });
	await expect(clusters.create(input({ kubeconfig: "a: [" }))).rejects.toMatchObject({ code: "kubeconfig.syntax" });
	await expect(clusters.create(input({ context: "three" }))).rejects.toMatchObject({
		code: "kubeconfig.no-context",
		values: { available: "one, two" },
	});
	expect(await parts.db.cluster.count()).toBe(0);
});

it("tests an access again only where it changes, and opens the new one in place of the old", async () => {
	const { clusters, connections, counts } = await setUp();
	const { id } = await clusters.create(input());
	const first = await connections.get(id);
	expect(await connections.get(id)).toBe(first);
	const before = { ...counts };
	expect(await clusters.update(id, input({ name: "production", kubeconfig: undefined }))).toMatchObject({
		name: "production",
		hasApi: true,
	});
	expect(counts).toEqual(before);
	await clusters.update(id, input({ kubeconfig: undefined, serverOverride: "https://10.0.0.9:6443" }));
	// One for the test, closed after it; the one in use is closed too and opened when it is needed.
	expect(counts).toMatchObject({ opened: before.opened + 1, closed: before.closed + 2 });
	await connections.get(id);
	expect(counts.opened).toBe(before.opened + 2);
	expect(await clusters.update(id, input({ kubeconfig: null }))).toMatchObject({ hasApi: false, apiState: null });
	expect(await connections.get(id)).toBeNull();
});

it("lets one of two clusters have a name", async () => {
	const { clusters } = await setUp();
	await clusters.create(input());
	await expect(clusters.create(input({ kubeconfig: null }))).rejects.toMatchObject({
		code: "inventory.name-taken",
		values: { name: "prod" },
	});
});

it.each([
	["its name", { name: "production", kubeconfig: undefined }],
	["its access", { serverOverride: "https://10.0.0.9:6443" }],
])("says so where it was deleted while %s was changed", async (_, change) => {
	const { clusters, db, published } = await setUp();
	const { id } = await clusters.create(input());
	const before = published.length;
	const afterDeletion: ReturnType<typeof alone> = async (writes) => {
		await db.cluster.delete({ where: { id } });
		return alone(db)(writes);
	};
	await expect(clusters.update(id, input(change), afterDeletion)).rejects.toMatchObject({ code: "inventory.not-found" });
	expect(published).toHaveLength(before);
});

it("is deleted with its nodes, but neither under a run nor with its history by the way", async () => {
	const { clusters, db, forgotten, nodes } = await setUp();
	const id = await addCluster(db);
	const node = await nodes.add({ clusterId: id, name: "node1", address: "10.0.0.1", port: null });
	const migration = { clusterId: id, direction: "migrate", policy: {}, reason: "", ticket: "", createdById: "", createdBy: "" };
	const run = { nodeId: node.id, nodeName: "node1", direction: "migrate", position: 0, fromRuntime: "", toRuntime: "" };
	await db.migration.create({
		data: { ...migration, id: "m1", state: "running", runs: { create: { ...run, id: "r1", state: "cutover" } } },
	});
	await expect(clusters.delete(id)).rejects.toMatchObject({ code: "inventory.in-use", values: { runs: 1 } });
	await db.run.update({ where: { id: "r1" }, data: { state: "done" } });
	await expect(clusters.delete(id)).rejects.toMatchObject({ code: "inventory.has-history", values: { migrations: 1 } });
	await clusters.delete(id, { withHistory: true });
	expect([await db.cluster.count(), await db.node.count(), await db.run.count()]).toEqual([0, 0, 0]);
	expect(forgotten).toEqual([node.id]);
	await expect(clusters.get(id)).rejects.toMatchObject({ code: "inventory.not-found" });
});
