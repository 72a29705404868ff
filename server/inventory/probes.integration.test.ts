import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { policySchema } from "../../lib/contracts/plan.ts";
import type { ClusterApi } from "../kubernetes/cluster-api.ts";
import { KubernetesError } from "../kubernetes/error.ts";
import { toPodRow } from "../kubernetes/pod-row.ts";
import { SshError } from "../ssh/errors.ts";
import type { NodeSession } from "../ssh/session.ts";
import type { ClusterConnections } from "./connections.ts";
import { Probes } from "./probes.ts";
import { addCluster, inventory, nodeRow } from "./testing/inventory.ts";

const output = readFileSync(new URL("../probe/fixtures/bookworm-dockershim.txt", import.meta.url));
const policy = policySchema.parse({});

/** Sessions that answer as a real node did; those of `failing` do not. Counts how many are asked at once. */
async function setUp(api: Partial<ClusterApi> | null = null) {
	const parts = await inventory();
	const clusterId = await addCluster(parts.db);
	const add = async (name: string) => (await parts.nodes.add({ clusterId, name, address: "10.0.0.1", port: null })).id;
	const failing = new Map<string, Error>();
	const load = { now: 0, peak: 0, scripts: [] as string[] };
	const session = (nodeId: string) =>
		({
			run: async (script: string) => {
				load.scripts.push(script);
				load.peak = Math.max(load.peak, ++load.now);
				await new Promise((resolve) => setImmediate(resolve));
				load.now -= 1;
				const error = failing.get(nodeId);
				if (error) throw error;
				return { exitCode: 0, stdout: output, stderr: "", durationMs: 1 };
			},
		}) as unknown as NodeSession;
	const connections = { get: async () => api } as unknown as ClusterConnections;
	const probes = new Probes({
		...parts,
		connections,
		session,
		consoleId: "here",
		crictlArchives: async () => new Map([["amd64", ["v1.20.0"]]]),
	});
	return { ...parts, add, failing, load, probes };
}

it("keeps a node's facts, and after a failure those that were known and why", async () => {
	const { add, failing, probes, nodes, db } = await setUp();
	const id = await add("node1");
	const facts = await probes.read(id, ["/etc/hosts"]);
	expect(facts.kubelet.runtime).toBe("dockershim");
	const known = await probes.factsOf(id);
	expect(known?.facts).toEqual({ ...facts, files: undefined });
	expect(await nodes.get(id)).toMatchObject({ runtime: "dockershim", runtimeText: "docker://20.10.24", probeError: null });
	failing.set(id, new SshError("connection.refused", { label: "ops@10.0.0.1:22" }));
	await expect(probes.read(id)).rejects.toMatchObject({ code: "connection.refused" });
	const told = { code: "ssh.connection.refused", values: { node: "ops@10.0.0.1:22", hop: "node" } };
	expect(await nodes.get(id)).toMatchObject({ runtime: "dockershim", factsAt: known?.at.toISOString(), probeError: told });
	expect(await probes.probeNode(id)).toEqual({ nodeId: id, facts: null, error: told });
	failing.delete(id);
	expect(await probes.probeNode(id)).toMatchObject({ error: null });
	expect((await db.node.findUniqueOrThrow({ where: { id } })).probeError).toBeNull();
	expect(await db.nodeFacts.count()).toBe(1);
});

it("stores nothing of a node that was removed while it was read", async () => {
	const { add, failing, probes, nodes, db } = await setUp();
	const id = await add("node1");
	await nodes.remove(id);
	await probes.read(id);
	failing.set(id, new SshError("connection.refused", { label: "ops@10.0.0.1:22" }));
	await expect(probes.read(id)).rejects.toMatchObject({ code: "connection.refused" });
	expect([await db.node.count(), await db.nodeFacts.count()]).toEqual([0, 0]);
});

it("probes many nodes, a few at a time, each once, and tells of each", async () => {
	const { add, failing, probes, load } = await setUp();
	const ids: string[] = [];
	for (let at = 0; at < 7; at++) ids.push(await add(`node${at}`));
	failing.set(ids[2] ?? "", new Error("S3cret that must not be shown"));
	const told: [string, string | undefined, number, number][] = [];
	await probes.probeNodes([...ids, ...ids], {
		concurrency: 3,
		onEach: ({ nodeId, error }, done, total) => told.push([nodeId, error?.code, done, total]),
	});
	expect(load.peak).toBe(3);
	expect(told.map(([, , done, total]) => `${done}/${total}`)).toEqual(["1/7", "2/7", "3/7", "4/7", "5/7", "6/7", "7/7"]);
	expect(new Set(told.map(([id]) => id))).toEqual(new Set(ids));
	expect(told.flatMap(([id, code]) => (code ? [[id, code]] : []))).toEqual([[ids[2], "engine.unexpected"]]);
});

it("asks the API what preflight needs, and takes a node by hand that it does not know for what it is", async () => {
	const row = nodeRow("node1", { bootId: "b", machineId: "m", ready: "Unknown", unschedulable: true, labels: { a: "b" } });
	const api: Partial<ClusterApi> = {
		getNode: async (name) => {
			if (name === "node1") return row;
			throw new KubernetesError("cluster.not-found", { resource: "nodes", name });
		},
		listPdbs: async () => [
			{
				namespace: "ci",
				name: "runners",
				disruptionsAllowed: 0,
				currentHealthy: 1,
				desiredHealthy: 1,
				expectedPods: 1,
				observed: true,
				selector: { matchLabels: {}, matchExpressions: [] },
			},
		],
		listNodeVolumes: async () => [
			{ name: "pv-1", claim: "ci/disk", hostnames: ["node1"] },
			{ name: "pv-2", claim: "ci/anywhere", hostnames: ["node1", "node2"] },
			{ name: "pv-3", claim: "other/disk", hostnames: ["node1"] },
		],
		podsOnNode: async () =>
			[
				{
					metadata: { namespace: "kube-system", name: "etcd-node1", annotations: { "kubernetes.io/config.mirror": "x" } },
					spec: { nodeName: "node1", containers: [{ name: "etcd", image: "etcd:3.4", imagePullPolicy: "IfNotPresent" }] },
				},
				{
					metadata: {
						namespace: "ci",
						name: "runner",
						ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "r", uid: "u", controller: true }],
					},
					spec: {
						nodeName: "node1",
						initContainers: [{ name: "setup", image: "setup:latest", imagePullPolicy: "Always" }],
						containers: [{ name: "main", image: "runner:latest", imagePullPolicy: "Always" }],
						volumes: [
							{ name: "docker", hostPath: { path: "/var/run/docker.sock" } },
							{ name: "work", emptyDir: {} },
							{ name: "disk", persistentVolumeClaim: { claimName: "disk" } },
							{ name: "anywhere", persistentVolumeClaim: { claimName: "anywhere" } },
						],
					},
				},
				{
					metadata: { namespace: "ci", name: "ending", deletionTimestamp: new Date("2026-01-01T00:00:00Z") },
					spec: { nodeName: "node1", containers: [] },
				},
				{ metadata: { namespace: "ci", name: "done" }, spec: { nodeName: "node1", containers: [] }, status: { phase: "Succeeded" } },
			].map(toPodRow),
	};
	const { add, probes, db } = await setUp(api);
	expect(await probes.apiNode(await add("node1"))).toEqual({
		name: "node1",
		labels: { a: "b" },
		annotations: {},
		unschedulable: true,
		ready: "Unknown",
		kubeletVersion: "v1.20.2",
		containerRuntimeVersion: "docker://20.10.24",
		bootId: "b",
		machineId: "m",
		mirrorPodComponents: ["etcd"],
		pods: [
			{
				label: "kube-system/etcd-node1",
				controller: null,
				mirror: true,
				hostPaths: [],
				hasEmptyDir: false,
				localClaims: [],
				hasClaims: false,
				pulled: [],
				budgets: [],
			},
			{
				label: "ci/runner",
				controller: "ReplicaSet",
				mirror: false,
				hostPaths: ["/var/run/docker.sock"],
				hasEmptyDir: true,
				localClaims: ["disk"],
				hasClaims: true,
				pulled: ["setup:latest", "runner:latest"],
				budgets: [{ name: "ci/runners", allowed: 0, healthy: 1, wanted: 1 }],
			},
		],
	});
	const other = await add("other");
	expect(await probes.apiNode(other)).toBeNull();
	await db.node.update({ where: { id: other }, data: { manual: false } });
	await expect(probes.apiNode(other)).rejects.toMatchObject({ code: "cluster.not-found" });
	await expect(probes.apiNode("none")).rejects.toMatchObject({ code: "inventory.not-found" });
});

it("gives the pods without their budgets, and says why, where these cannot be read", async () => {
	const { add, probes } = await setUp({
		getNode: async (name) => nodeRow(name),
		podsOnNode: async () => [toPodRow({ metadata: { namespace: "web", name: "front" }, spec: { nodeName: "node1", containers: [] } })],
		listPdbs: async () => {
			throw new KubernetesError("cluster.forbidden", { resource: "poddisruptionbudgets" });
		},
	});
	expect(await probes.apiNode(await add("node1"))).toMatchObject({
		budgetsUnknown: "cluster.forbidden",
		pods: [{ label: "web/front", budgets: [] }],
	});
});

it("asks for volumes only where a pod claims one, and says why where they cannot be read", async () => {
	const claim = { name: "data", persistentVolumeClaim: { claimName: "data-pg-0" } };
	const { add, probes } = await setUp({
		getNode: async (name) => nodeRow(name),
		podsOnNode: async (name) => [
			toPodRow({
				metadata: { namespace: "db", name: "pg-0" },
				spec: { nodeName: name, containers: [], volumes: name === "node1" ? [claim] : [] },
			}),
		],
		listPdbs: async () => [],
		listNodeVolumes: async () => {
			throw new KubernetesError("cluster.forbidden", { resource: "persistentvolumes" });
		},
	});
	expect(await probes.apiNode(await add("node1"))).toMatchObject({
		volumesUnknown: "cluster.forbidden",
		pods: [{ label: "db/pg-0", hasClaims: true, localClaims: [] }],
	});
	expect(await probes.apiNode(await add("node2"))).not.toHaveProperty("volumesUnknown");
});

it("finds what preflight finds in the last facts, without asking the node again", async () => {
	const { add, probes, load } = await setUp();
	const id = await add("node1");
	expect(await probes.findingsFor(id, policy, "migrate")).toBeNull();
	await probes.read(id);
	const codes = (await probes.findingsFor(id, policy, "migrate"))?.map((finding) => finding.code);
	expect(codes).toContain("cluster.api.absent");
	expect(codes).not.toContain("crictl.archive-missing");
	expect(load.scripts).toHaveLength(1);
	expect(await probes.findingsFor(id, policy, "rollback")).toBeNull();
});

it("keeps for lists what preflight says at each probe, and tells of it only where it is another", async () => {
	const { add, probes, nodes, hub, db } = await setUp();
	const id = await add("node1");
	expect((await nodes.get(id)).preflight).toBeNull();
	await probes.read(id);
	expect((await nodes.get(id)).preflight).toBeNull();
	await probes.probeNode(id);
	const { preflight } = await nodes.get(id);
	expect(preflight?.block).toContain("cluster.api.absent");
	const told: unknown[] = [];
	const stop = hub.subscribe((event) => told.push(event));
	expect((await probes.migrationFindings(id))?.some(({ code }) => code === "cluster.api.absent")).toBe(true);
	expect(told).toEqual([]);
	await probes.keepFindings(id, [{ code: "clock.skew", severity: "warn", values: {} }]);
	expect(told).toEqual([{ type: "changed", what: "nodes", id }]);
	stop();
	expect((await nodes.get(id)).preflight).toEqual({ at: expect.any(String), block: [], warn: ["clock.skew"], note: [] });
	await db.node.update({ where: { id }, data: { preflight: { at: 1 } } });
	expect((await nodes.get(id)).preflight).toBeNull();
});

it("says nothing of new facts by what was found of older ones, where only the facts are read", async () => {
	const { add, failing, probes, nodes } = await setUp();
	const id = await add("node1");
	await probes.probeNode(id);
	const { preflight } = await nodes.get(id);
	expect(preflight).not.toBeNull();
	// Nothing new is known then: the page shows the failure beside it.
	failing.set(id, new SshError("connection.refused", { label: "ops@10.0.0.1:22" }));
	await expect(probes.read(id)).rejects.toThrow();
	expect((await nodes.get(id)).preflight).toEqual(preflight);
	failing.delete(id);
	// As planning does, which then may not hear from the cluster.
	await probes.read(id);
	expect((await nodes.get(id)).preflight).toBeNull();
});

it("leaves a node unjudged where its cluster does not answer, and knows its facts all the same", async () => {
	let asked = 0;
	const { add, probes, nodes } = await setUp({
		getNode: async () => {
			asked += 1;
			throw new KubernetesError("cluster.timeout", {});
		},
		podsOnNode: async () => [],
		listPdbs: async () => [],
	});
	const id = await add("node1");
	await probes.keepFindings(id, [{ code: "clock.skew", severity: "warn", values: {} }]);
	expect(await probes.probeNode(id)).toMatchObject({ error: null });
	expect(await nodes.get(id)).toMatchObject({ preflight: null, runtime: "dockershim", probeError: null });
	// The next node does not wait for it again.
	expect(await probes.probeNode(await add("node2"))).toMatchObject({ error: null });
	expect(asked).toBe(1);
});
