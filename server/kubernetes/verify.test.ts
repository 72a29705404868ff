import { expect, test } from "vitest";
import { KubernetesError } from "./error.ts";
import { toNodeRow } from "./node-row.ts";
import type { PodRow } from "./pod-row.ts";
import { judgeNode, type NodeExpectation, ownersOf, verifyNode } from "./verify.ts";

const AFTER = "2026-09-01T10:00:00.000Z";
const expected: NodeExpectation = { runtime: "containerd", heartbeatAfter: AFTER, pods: ["kube-system/ds-1"] };

function node(change: { runtime?: string; heartbeat?: string; ready?: string } = {}) {
	const row = toNodeRow({ metadata: { name: "n1" } });
	return {
		...row,
		ready: (change.ready ?? "True") as typeof row.ready,
		containerRuntime: change.runtime ?? "containerd://1.6.20",
		conditions: [
			{
				type: "Ready",
				status: change.ready ?? "True",
				reason: "KubeletReady",
				message: "",
				heartbeatAt: change.heartbeat ?? "2026-09-01T10:00:01.000Z",
				transitionAt: null,
			},
		],
	};
}

function pod(change: Partial<PodRow> & { id?: string; running?: boolean } = {}): PodRow {
	const { id = "containerd://abc", running = true, ...rest } = change;
	return {
		namespace: "kube-system",
		name: "ds-1",
		uid: "u",
		nodeName: "n1",
		phase: "Running",
		ready: true,
		deletingSince: null,
		controller: { kind: "DaemonSet", name: "ds", uid: "ds-uid" },
		mirror: false,
		hostNetwork: false,
		emptyDirs: [],
		claims: [],
		initContainers: [],
		hostPaths: [],
		labels: {},
		containers: [{ name: "main", image: "busybox", pullPolicy: "IfNotPresent", containerId: id, running, startedAt: null }],
		...rest,
	};
}

const outstanding = (...args: Parameters<typeof judgeNode>) =>
	judgeNode(...args).criteria.flatMap((criterion) => (criterion.met ? [] : [criterion.id]));

test("a node that shows everything is verified", () => {
	expect(judgeNode(node(), [pod()], null, expected)).toMatchObject({ node: "n1", met: true });
});

test.each([
	["a node not Ready", node({ ready: "Unknown" }), [pod()], ["ready"]],
	["a Ready from before the cutover", node({ heartbeat: AFTER }), [pod()], ["heartbeat"]],
	["the old runtime in the API", node({ runtime: "docker://20.10.24" }), [pod()], ["runtime"]],
	["containers with old ids", node(), [pod({ id: "docker://abc" })], ["containers", "pods"]],
	["a pod that was there and does not run", node(), [pod({ id: "", running: false })], ["pods"]],
	["a pod that was there and is not", node(), [], ["pods"]],
	["a pod that is told to go", node(), [pod({ deletingSince: AFTER })], ["pods"]],
])("%s is outstanding", (_, row, pods, ids) => {
	expect(outstanding(row, pods, null, expected)).toEqual(ids);
});

test("of a DaemonSet that was deleted, and whose last pod is still ending, no pod is expected", () => {
	const owner = { uid: "ds-uid", label: "kube-system/ds" };
	expect(ownersOf([pod()])).toEqual([owner]);
	expect(ownersOf([pod({ deletingSince: AFTER })])).toEqual([]);
	expect(ownersOf([pod({ deletingSince: AFTER }), pod({ name: "ds-2" })])).toEqual([owner]);
	expect(ownersOf([pod({ controller: null })])).toEqual([]);
});

test("a DaemonSet's pod is known by who made it: another name is no missing pod, another DaemonSet's is none of it", () => {
	const byOwner: NodeExpectation = { ...expected, pods: [], owners: [{ uid: "ds-uid", label: "kube-system/ds" }] };
	expect(judgeNode(node(), [pod({ name: "ds-2" })], null, byOwner).met).toBe(true);
	const leaving = pod({ deletingSince: AFTER });
	expect(judgeNode(node(), [leaving, pod({ name: "ds-2" })], null, byOwner).met).toBe(true);
	const other = pod({ name: "ds-2", controller: { kind: "DaemonSet", name: "ds", uid: "another" } });
	const { criteria } = judgeNode(node(), [leaving, other], null, byOwner);
	expect(criteria.find(({ id }) => id === "pods")).toEqual({
		id: "pods",
		met: false,
		values: { missing: 1, total: 1, pods: "kube-system/ds" },
	});
});

test("devices are as many as before, or the node is not verified", () => {
	const devices = { "nvidia.com/gpu": 8, "vendor.example/nic": 2 };
	const found = (allocatable: Record<string, string>) =>
		judgeNode({ ...node(), allocatable }, [pod()], null, { ...expected, devices }).criteria.find(({ id }) => id === "devices");
	expect(found({ "nvidia.com/gpu": "8", "vendor.example/nic": "4" })).toMatchObject({ met: true });
	expect(found({ "nvidia.com/gpu": "7", "vendor.example/nic": "2" })).toEqual({
		id: "devices",
		met: false,
		values: { resource: "nvidia.com/gpu", expected: 8, found: 7, missing: 1 },
	});
	expect(found({})).toMatchObject({ met: false, values: { found: 0, missing: 2 } });
});

test("what has ended or is leaving keeps its old id and blocks nothing", () => {
	const pods = [
		pod(),
		pod({ name: "job", phase: "Succeeded", id: "docker://x" }),
		pod({ name: "web", deletingSince: AFTER, id: "docker://y" }),
	];
	expect(judgeNode(node(), pods, null, expected).met).toBe(true);
});

test("problem 15: says which pods still show the old runtime, and the lease beside an old heartbeat", () => {
	const result = judgeNode(
		node({ heartbeat: AFTER }),
		[pod({ id: "docker://x" })],
		{ holder: "n1", renewedAt: "2026-09-01T10:00:09.000Z" },
		expected,
	);
	expect(result.criteria).toContainEqual({
		id: "heartbeat",
		met: false,
		values: { heartbeatAt: AFTER, after: AFTER, leaseRenewedAt: "2026-09-01T10:00:09.000Z" },
	});
	expect(result.criteria).toContainEqual({
		id: "containers",
		met: false,
		values: { expected: "containerd://", stale: 1, total: 1, pods: "kube-system/ds-1" },
	});
});

test("the way back is judged by docker's ids", () => {
	const back = { runtime: "docker", heartbeatAfter: AFTER } as const;
	expect(judgeNode(node({ runtime: "docker://20.10.24" }), [pod({ id: "docker://x" })], null, back).met).toBe(true);
	expect(outstanding(node(), [pod()], null, back)).toEqual(["runtime", "containers"]);
});

test("a role that may not read leases verifies all the same; any other failure is one", async () => {
	const api = (error: KubernetesError) => ({
		getNode: async () => node(),
		podsOnNode: async () => [pod()],
		nodeLease: async () => {
			throw error;
		},
		daemonSetUid: async () => "ds-uid",
	});
	expect((await verifyNode(api(new KubernetesError("cluster.forbidden")), "n1", expected)).met).toBe(true);
	await expect(verifyNode(api(new KubernetesError("cluster.timeout")), "n1", expected)).rejects.toMatchObject({ code: "cluster.timeout" });
});

test("a static pod that runs and is not ready is not back", () => {
	const mirror = (ready: boolean) => pod({ name: "kube-apiserver-n1", mirror: true, ready });
	const wanted: NodeExpectation = { ...expected, pods: ["kube-system/kube-apiserver-n1"] };
	expect(outstanding(node(), [mirror(false)], null, wanted)).toEqual(["pods"]);
	expect(outstanding(node(), [mirror(true)], null, wanted)).toEqual([]);
});

test("a pod that was not evicted must run again as long as it is there, and not once somebody has deleted it", () => {
	const wanted: NodeExpectation = { ...expected, pods: [], uids: ["dns-uid"] };
	const dns = (more: Parameters<typeof pod>[0]) => pod({ name: "dns-1", uid: "dns-uid", controller: null, ...more });
	expect(outstanding(node(), [dns({ id: "", running: false })], null, wanted)).toEqual(["pods"]);
	expect(outstanding(node(), [dns({})], null, wanted)).toEqual([]);
	expect(outstanding(node(), [dns({ running: false, deletingSince: AFTER })], null, wanted)).toEqual([]);
	expect(outstanding(node(), [], null, wanted)).toEqual([]);
});

test("a DaemonSet deleted during the verification sinks no node; one that is still there, or may not be asked about, is waited for", async () => {
	const asked: string[] = [];
	const api = (uid: string | null | KubernetesError, row = node()) => ({
		getNode: async () => row,
		podsOnNode: async () => [],
		nodeLease: async () => null,
		daemonSetUid: async (namespace: string, name: string) => {
			asked.push(`${namespace}/${name}`);
			if (uid instanceof KubernetesError) throw uid;
			return uid;
		},
	});
	const wanted: NodeExpectation = { ...expected, pods: [], owners: [{ uid: "ds-uid", label: "kube-system/ds" }] };
	const met = async (...given: Parameters<typeof api>) => (await verifyNode(api(...given), "n1", wanted)).met;
	expect(await met(null)).toBe(true);
	expect(await met("made anew")).toBe(true);
	expect(await met("ds-uid")).toBe(false);
	expect(await met(new KubernetesError("cluster.forbidden"))).toBe(false);
	await expect(met(new KubernetesError("cluster.timeout"))).rejects.toMatchObject({ code: "cluster.timeout" });
	expect(asked).toEqual(Array.from({ length: 5 }, () => "kube-system/ds"));
	// A node that lacks more than that is not asked about.
	expect(await met(null, node({ ready: "False" }))).toBe(false);
	expect(asked).toHaveLength(5);
});
