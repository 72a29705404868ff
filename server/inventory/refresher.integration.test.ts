import { expect, it } from "vitest";
import { KubernetesError } from "../kubernetes/error.ts";
import type { NodeRow } from "../kubernetes/node-row.ts";
import { sealKubeconfig } from "./kubeconfig-seal.ts";
import { NodeRefresher } from "./refresher.ts";
import { inventory, KUBECONFIG, listing, nodeRow, silent } from "./testing/inventory.ts";

async function setUp(options: { watchedMs?: number; idleMs?: number } = {}) {
	const parts = await inventory();
	const kubeconfig = sealKubeconfig(parts.seal, "c1", { text: KUBECONFIG, context: null });
	await parts.db.cluster.create({ data: { id: "c1", name: "one", kubeconfig } });
	await parts.db.cluster.create({ data: { id: "c2", name: "by hand" } });
	const rows: { now: NodeRow[] | Error } = { now: [nodeRow("node1"), nodeRow("node2", { unschedulable: true })] };
	const { connections, counts, place, opened } = listing(parts.db, parts.seal, rows);
	const refresher = new NodeRefresher({ ...parts, connections, log: silent, ...options });
	const told = () =>
		parts.published.splice(0).map((message) => (message.type === "changed" ? `${message.what} ${message.id}` : message.type));
	return { ...parts, rows, counts, place, opened, connections, refresher, told };
}

it("brings the nodes in, says so once, and keeps why it could not", async () => {
	const { refresher, rows, nodes, db, told } = await setUp();
	const ok = { ok: true, server: "https://api.example:6443", context: "", version: "v1.20.2" };
	expect(await refresher.refresh("c1")).toEqual(ok);
	expect((await nodes.list()).map((node) => node.name)).toEqual(["node1", "node2"]);
	expect(told()).toEqual(["nodes c1", "clusters c1"]);
	await refresher.refresh("c1");
	expect(told()).toEqual([]);
	rows.now = new KubernetesError("cluster.refused", { address: "10.0.0.1:6443" });
	const failed = {
		ok: false,
		server: "https://api.example:6443",
		context: "",
		error: { code: "cluster.refused", values: { address: "10.0.0.1:6443" } },
	};
	expect(await refresher.refresh("c1")).toEqual(failed);
	expect((await db.cluster.findUniqueOrThrow({ where: { id: "c1" } })).apiState).toEqual(failed);
	expect(told()).toEqual(["clusters c1"]);
	// A cluster that does not answer has not lost its nodes.
	expect((await nodes.list()).map((node) => node.gone)).toEqual([false, false]);
	expect(await refresher.refresh("c2")).toBeNull();
	await expect(refresher.refresh("none")).rejects.toMatchObject({ code: "inventory.not-found" });
});

it("learns where else the API is, keeps it, and says when another of its servers answers (rule 16)", async () => {
	const { refresher, rows, place, opened, connections, db, told } = await setUp();
	rows.now = [nodeRow("node1", { controlPlaneLabel: true, internalIp: "10.0.0.1" }), nodeRow("node2", { internalIp: "10.0.0.2" })];
	place.listed = ["https://10.0.0.9:6443"];
	await refresher.refresh("c1");
	// The control plane node at the port of the kubeconfig's own server, and what the API lists.
	const others = ["https://10.0.0.1:6443", "https://10.0.0.9:6443"];
	expect((await db.cluster.findUniqueOrThrow({ where: { id: "c1" } })).apiOrigins).toEqual(others);
	await connections.get("c1");
	expect(opened.alternatives()).toEqual(others);
	told();
	place.answering = "https://10.0.0.9:6443";
	expect(await refresher.refresh("c1")).toMatchObject({ ok: true, server: "https://api.example:6443", via: "https://10.0.0.9:6443" });
	expect(told()).toEqual(["clusters c1"]);
	// An API that is away takes nothing of it away.
	rows.now = new KubernetesError("cluster.refused", { address: "10.0.0.1:6443" });
	await refresher.refresh("c1");
	expect((await db.cluster.findUniqueOrThrow({ where: { id: "c1" } })).apiOrigins).toEqual(others);
});

it("ends the connections of nodes that moved", async () => {
	const { refresher, rows, forgotten, db } = await setUp();
	await refresher.refresh("c1");
	rows.now = [nodeRow("node1", { internalIp: "10.0.0.99" }), nodeRow("node2")];
	await refresher.refresh("c1");
	expect(forgotten).toEqual([(await db.node.findFirstOrThrow({ where: { name: "node1" } })).id]);
});

it("knows which nodes are out, by one list for all who ask at once", async () => {
	const { refresher, rows, counts } = await setUp();
	rows.now = [nodeRow("a"), nodeRow("b", { unschedulable: true }), nodeRow("c", { ready: "Unknown" }), nodeRow("d", { ready: "False" })];
	const answers = await Promise.all([1, 2, 3].map(() => refresher.unavailableNodes("c1")));
	expect(answers).toEqual(Array.from({ length: 3 }, () => new Set(["b", "c", "d"])));
	expect(counts.lists).toBe(1);
	expect(await refresher.unavailableNodes("c2")).toBeNull();
	const silentApi = await setUpSilent();
	expect(await silentApi.unavailableNodes("c1")).toBeNull();
});

async function setUpSilent(): Promise<NodeRefresher> {
	const { closeDatabase } = await import("../db/client.ts");
	await closeDatabase();
	const parts = await setUp();
	parts.rows.now = new KubernetesError("cluster.timeout", { server: "https://api.example:6443", timeoutMs: 5_000 });
	return parts.refresher;
}

it("goes on by itself while somebody looks, and ends when told", async () => {
	const { refresher, counts, hub } = await setUp({ watchedMs: 5, idleMs: 3_600_000 });
	const third = new Promise<void>((resolve) => {
		const end = hub.subscribe(() => {});
		const look = setInterval(() => {
			if (counts.lists < 3) return;
			clearInterval(look);
			end();
			resolve();
		}, 5);
	});
	refresher.start();
	await third;
	await refresher.stop();
	const lists = counts.lists;
	await new Promise((resolve) => setImmediate(resolve));
	expect(counts.lists).toBe(lists);
});
