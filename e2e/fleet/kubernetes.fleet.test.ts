import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { ClusterApi } from "../../server/kubernetes/cluster-api.ts";
import { NEEDED_PERMISSIONS, type Permission } from "../../server/kubernetes/connection-test.ts";
import { CORDON_MARK } from "../../server/kubernetes/cordon.ts";
import { drainNode } from "../../server/kubernetes/drain.ts";
import type { DrainProgress } from "../../server/kubernetes/drain-progress.ts";
import { DrainTimeoutError } from "../../server/kubernetes/drain-progress.ts";
import { parseKubeconfig } from "../../server/kubernetes/kubeconfig.ts";
import { openCluster } from "../../server/kubernetes/open-cluster.ts";
import { verifyNode } from "../../server/kubernetes/verify.ts";
import type { Fleet } from "./fleet.ts";
import { BUSYBOX_IMAGE } from "./images.ts";
import { until } from "./process.ts";
import { sharedFleet } from "./shared-fleet.ts";

const NAMESPACE = "gantry-test";
// A kubelet of 1.20 that misses its moment to report a pod gone does so a minute or more later.
const POLICY = { timeoutS: 240, gracePeriodS: null, deleteEmptyDir: true, force: false };

let fleet: Fleet;
/** Signed in as a service account with exactly the rights that the connection test asks for. */
let api: ClusterApi;
let node: string;

beforeAll(async () => {
	fleet = await sharedFleet();
	node = fleet.nodes[0]?.name ?? "";
	await cleanUp();
	await fleet.kubectl(["create", "namespace", NAMESPACE]);
	api = openCluster(parseKubeconfig(await serviceAccount("gantry", NEEDED_PERMISSIONS)));
});

afterEach(async () => {
	// Owners first and in the foreground: a replica set that outlives its deployment puts a new pod into the next test.
	const remove = (kinds: string, ...more: string[]) =>
		fleet.kubectl(["delete", kinds, "--all", "--wait", ...more, "-n", NAMESPACE], { timeoutMs: 240_000 });
	await remove("deployments,daemonsets", "--cascade=foreground");
	await remove("pods,poddisruptionbudgets");
	await fleet.kubectl(["annotate", "node", node, `${CORDON_MARK}-`, "gantry/test-"]);
	await fleet.kubectl(["uncordon", node]);
});

afterAll(async () => {
	api?.close();
	await cleanUp();
});

async function cleanUp(): Promise<void> {
	const names = JSON.parse(await fleet.kubectl(["get", "clusterroles,clusterrolebindings", "-o", "json"])) as {
		items: { kind: string; metadata: { name: string } }[];
	};
	for (const { kind, metadata } of names.items) {
		if (metadata.name.startsWith(`${NAMESPACE}-`)) await fleet.kubectl(["delete", kind, metadata.name]);
	}
	await fleet.kubectl(["delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait"], { timeoutMs: 240_000 });
}

/** Makes a service account with these rights and gives back a kubeconfig with its token. */
async function serviceAccount(name: string, permissions: readonly Permission[]): Promise<string> {
	const full = `${NAMESPACE}-${name}`;
	const rules = permissions.map(({ verb, group, resource, subresource }) => ({
		verbs: [verb],
		apiGroups: [group],
		resources: [subresource === "" ? resource : `${resource}/${subresource}`],
	}));
	const rbac = "rbac.authorization.k8s.io";
	const items = [
		{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: NAMESPACE } },
		{ apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata: { name: full }, rules },
		{
			apiVersion: `${rbac}/v1`,
			kind: "ClusterRoleBinding",
			metadata: { name: full },
			roleRef: { apiGroup: rbac, kind: "ClusterRole", name: full },
			subjects: [{ kind: "ServiceAccount", name, namespace: NAMESPACE }],
		},
	];
	await fleet.kubectl(["apply", "-f", "-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
	const token = await until(`token of ${name}`, 30_000, async () => {
		const secret = await fleet.kubectl(["get", "sa", name, "-n", NAMESPACE, "-o", "jsonpath={.secrets[0].name}"]);
		if (secret === "") return undefined;
		return (await fleet.kubectl(["get", "secret", secret, "-n", NAMESPACE, "-o", "jsonpath={.data.token}"])) || undefined;
	});
	return withUser({ token: Buffer.from(token, "base64").toString() });
}

/** The administrator's kubeconfig with another user in it. */
async function withUser(user: object): Promise<string> {
	const config = parse(await readFile(fleet.kubeconfig, "utf8")) as { users: { name: string; user: object }[] };
	return stringify({ ...config, users: config.users.map(({ name }) => ({ name, user })) });
}

async function withApi<T>(kubeconfig: string, use: (api: ClusterApi) => Promise<T>): Promise<T> {
	const opened = openCluster(parseKubeconfig(kubeconfig));
	try {
		return await use(opened);
	} finally {
		opened.close();
	}
}

/** Waits until the API shows every pod of `name` (which drains need) and returns their names. */
async function deployPinned(name: string, replicas: number, minAvailable?: number): Promise<string[]> {
	const nodeSelector = { "kubernetes.io/hostname": node };
	const pods = await fleet.deploy({
		name,
		replicas,
		namespace: NAMESPACE,
		nodeSelector,
		...(minAvailable === undefined ? {} : { minAvailable }),
	});
	return pods.map((pod) => pod.name);
}

const podsOf = async (name: string) => (await api.podsOnNode(node)).filter((pod) => pod.labels.app === name);

describe("the way in", () => {
	it("by the administrator's client certificate and by a token, with versions told", async () => {
		// A build without its tags calls itself v0.0.0; what it can do is asked of its resources.
		const ok = { ok: true, serverVersion: expect.stringMatching(/^v[01]\.\d+/), evictionVersion: "v1beta1" };
		expect(await withApi(await readFile(fleet.kubeconfig, "utf8"), (admin) => admin.test())).toEqual(ok);
		expect(await api.test()).toEqual(ok);
		expect(await api.version()).toMatch(/^v[01]\.\d+/);
	});

	it("names the rights that are missing, and the call that met it", async () => {
		const few = NEEDED_PERMISSIONS.filter(({ verb, subresource }) => verb !== "patch" && subresource === "");
		await withApi(await serviceAccount("reader", few), async (reader) => {
			expect(await reader.test()).toMatchObject({
				ok: false,
				code: "cluster.forbidden",
				values: { verb: "patch", resource: "nodes", reason: "patch nodes, create pods/eviction" },
			});
			await expect(reader.cordon(node, "run-1")).rejects.toMatchObject({
				code: "cluster.forbidden",
				values: { verb: "patch", resource: "nodes" },
			});
		});
	});

	it("a token that the server does not know is not taken", async () => {
		await withApi(await withUser({ token: "unknown" }), async (stranger) => {
			expect(await stranger.test()).toMatchObject({ ok: false, code: "cluster.unauthorized" });
		});
	});

	it("a server address that its certificate does not name, with the names that it does", async () => {
		const text = await readFile(fleet.kubeconfig, "utf8");
		const other = openCluster(parseKubeconfig(text, { tlsServerName: "another.cluster" }));
		expect(await other.test()).toMatchObject({ ok: false, code: "cluster.tls-name-mismatch", values: { expected: "another.cluster" } });
		const result = await other.test();
		other.close();
		expect(result.ok ? "" : result.values.names).toContain("kubernetes.default.svc");
		const named = openCluster(parseKubeconfig(text, { tlsServerName: "kubernetes.default.svc" }));
		expect(await named.test()).toMatchObject({ ok: true });
		named.close();
	});
});

describe("nodes", () => {
	it("read as kubectl get nodes -o wide shows them", async () => {
		await fleet.kubectl(["cordon", node]);
		const shown = (await fleet.kubectl(["get", "nodes", "-o", "wide", "--no-headers"])).trim().split("\n");
		const rows = await api.listNodes();
		const columns = rows.map((row) => [
			row.name,
			row.status,
			row.roles.join(",") || "<none>",
			row.version,
			row.internalIp || "<none>",
			row.externalIp || "<none>",
			row.osImage,
			row.kernelVersion,
			row.containerRuntime,
		]);
		// Without AGE, the fourth, which is a matter of the moment.
		expect(columns).toEqual(shown.map((line) => line.split(/\s{2,}/).filter((_, column) => column !== 3)));
		const one = rows.find((row) => row.name === node);
		expect(one).toMatchObject({ status: "Ready,SchedulingDisabled", unschedulable: true, architecture: "amd64", ready: "True" });
		expect(one?.labels["kubernetes.io/hostname"]).toBe(node);
		expect(Date.parse(one?.conditions.find((each) => each.type === "Ready")?.heartbeatAt ?? "")).toBeGreaterThan(0);
		expect({ ...(await api.getNode(node)), conditions: [], resourceVersion: "" }).toEqual({ ...one, conditions: [], resourceVersion: "" });
	});

	it("an unknown node is not found", async () => {
		await expect(api.getNode("nowhere")).rejects.toMatchObject({
			code: "cluster.not-found",
			values: { resource: "nodes", name: "nowhere" },
		});
	});

	it("are cordoned once and given back by the run that did it, and by no other", async () => {
		expect(await api.cordon(node, "run-1")).toEqual({ changed: true, ours: true });
		expect(await api.cordon(node, "run-1")).toEqual({ changed: false, ours: true });
		expect(await api.cordon(node, "run-2")).toEqual({ changed: false, ours: false });
		expect(await api.uncordon(node, "run-2")).toBe("not-ours");
		expect((await api.getNode(node)).unschedulable).toBe(true);
		expect(await api.uncordon(node, "run-1")).toBe("uncordoned");
		expect(await api.uncordon(node, "run-1")).toBe("was-schedulable");
		expect((await api.getNode(node)).annotations).not.toHaveProperty(CORDON_MARK);
	});

	it("a person's cordon stays", async () => {
		await fleet.kubectl(["cordon", node]);
		expect(await api.cordon(node, "run-1")).toEqual({ changed: false, ours: false });
		expect(await api.uncordon(node, "run-1")).toBe("not-ours");
		expect(await api.uncordon(node, null)).toBe("uncordoned");
	});

	it("of twelve runs at once exactly one has cordoned, beside the kubelet's own updates", async () => {
		const results = await Promise.all(Array.from({ length: 12 }, (_, i) => api.cordon(node, `run-${i}`)));
		const winner = results.findIndex((result) => result.changed);
		expect(results.filter((result) => result.changed && result.ours)).toHaveLength(1);
		expect(results.filter((result) => result.ours)).toHaveLength(1);
		expect((await api.getNode(node)).annotations[CORDON_MARK]).toBe(`run-${winner}`);
	});

	it("get, change and lose an annotation, and tell what was there", async () => {
		const key = "gantry/test";
		expect(await api.annotate(node, key, "a b://c")).toEqual({ changed: true, previous: null });
		expect(await api.annotate(node, key, "a b://c")).toEqual({ changed: false, previous: "a b://c" });
		expect(await api.annotate(node, key, "")).toEqual({ changed: true, previous: "a b://c" });
		expect((await api.getNode(node)).annotations[key]).toBe("");
		expect(await api.annotate(node, key, null)).toEqual({ changed: true, previous: "" });
		expect((await api.getNode(node)).annotations).not.toHaveProperty(key);
	});

	it("a static etcd makes a control plane node of it", async () => {
		expect(await api.staticControlPlanePods(node)).toEqual([]);
		const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "etcd", namespace: "kube-system" } };
		const container = { name: "etcd", image: BUSYBOX_IMAGE, imagePullPolicy: "IfNotPresent", command: ["/bin/sleep", "1000000"] };
		const manifest = JSON.stringify({ ...pod, spec: { terminationGracePeriodSeconds: 1, containers: [container] } });
		const path = "/etc/kubernetes/manifests/etcd.json";
		const one = fleet.node(node);
		await one.must(`mkdir -p /etc/kubernetes/manifests && cat >${path}`, { input: manifest });
		try {
			const found = await until("the mirror pod", 60_000, async () => {
				const pods = await api.staticControlPlanePods(node);
				return pods.length > 0 ? pods : undefined;
			});
			expect(found).toMatchObject([{ component: "etcd", pod: { namespace: "kube-system", name: `etcd-${node}`, mirror: true } }]);
		} finally {
			await one.must(`rm ${path}`);
		}
		await until("its end", 60_000, async () => ((await api.staticControlPlanePods(node)).length === 0 ? true : undefined));
	});
});

describe("evictions and drains", () => {
	it("a pod of another uid is never evicted", async () => {
		const [name = ""] = await deployPinned("kept", 1);
		const stale = { namespace: NAMESPACE, name, uid: "00000000-0000-0000-0000-000000000000" };
		expect(await api.evict(stale, null)).toEqual({ result: "gone" });
		expect(await podsOf("kept")).toMatchObject([{ name, deletingSince: null }]);
		expect(await api.evict({ namespace: NAMESPACE, name: "nobody", uid: stale.uid }, null)).toEqual({ result: "gone" });
	});

	it("lists the volumes that only this node can mount, where the account may read them", async () => {
		const name = `${NAMESPACE}-disk`;
		const affinity = {
			required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] }] },
		};
		const spec = { capacity: { storage: "1Mi" }, accessModes: ["ReadWriteOnce"], local: { path: "/mnt/disk" }, nodeAffinity: affinity };
		const claimRef = { namespace: NAMESPACE, name: "data-pg-0" };
		const volume = { apiVersion: "v1", kind: "PersistentVolume", metadata: { name }, spec: { ...spec, claimRef } };
		await fleet.kubectl(["apply", "-f", "-"], { input: JSON.stringify(volume) });
		try {
			await expect(api.listNodeVolumes()).rejects.toMatchObject({ code: "cluster.forbidden" });
			const listed = await withApi(await readFile(fleet.kubeconfig, "utf8"), (admin) => admin.listNodeVolumes());
			expect(listed).toEqual([{ name, claim: `${NAMESPACE}/data-pg-0`, hostnames: [node] }]);
		} finally {
			await fleet.kubectl(["delete", "persistentvolume", name, "--wait=false"]);
		}
	});

	it("a budget blocks and is named; when it gives way the drain, taken up again, ends", async () => {
		const [held = ""] = await deployPinned("held", 1, 1);
		await deployPinned("free", 3);
		await fleet.deploy({ name: "agent", kind: "DaemonSet", namespace: NAMESPACE });
		expect(await api.listPdbs()).toContainEqual(
			expect.objectContaining({ namespace: NAMESPACE, name: "held", disruptionsAllowed: 0, observed: true }),
		);
		await expect(drainNode(api, node, POLICY, { now: Date.now })).rejects.toMatchObject({ code: "drain.not-cordoned" });

		await api.cordon(node, "run-1");
		// The console is stopped once only the budget is in the way …
		const stop = new AbortController();
		let last: DrainProgress | undefined;
		const onProgress = (progress: DrainProgress) => {
			last = structuredClone(progress);
			if (progress.done === 3 && progress.message.code === "drain.blocked") stop.abort();
		};
		const cut = drainNode(api, node, POLICY, { now: Date.now, onProgress, signal: stop.signal });
		await expect(cut).rejects.toMatchObject({ code: "cluster.aborted" });
		expect(last?.message).toMatchObject({
			code: "drain.blocked",
			values: { done: 3, total: 4, budget: "held", pod: `${NAMESPACE}/${held}`, why: "budget", others: 0 },
		});
		expect(last?.message.values.reason).toMatch(/^The disruption budget held needs 1 healthy pods and has 1 currently/);
		// … and its limit is over when it comes back.
		const late = drainNode(api, node, { ...POLICY, timeoutS: 1 }, { now: Date.now, resume: last });
		await expect(late).rejects.toBeInstanceOf(DrainTimeoutError);
		await expect(late).rejects.toMatchObject({ code: "drain.timeout", values: { done: 3, total: 4, pods: `${NAMESPACE}/${held}` } });
		expect(await podsOf("held")).toMatchObject([{ name: held, deletingSince: null }]);

		await fleet.kubectl(["delete", "pdb", "held", "-n", NAMESPACE]);
		const end = await drainNode(api, node, POLICY, { now: Date.now, resume: last });
		expect(end).toMatchObject({ done: 4, total: 4, message: { code: "drain.done" } });
		expect(await podsOf("held")).toEqual([]);
		expect(await podsOf("free")).toEqual([]);
		expect(await podsOf("agent")).toMatchObject([{ deletingSince: null, phase: "Running" }]);
	});

	it("a pod that two budgets hold waits for a person, and says why", async () => {
		const [name = ""] = await deployPinned("both", 1, 0);
		const budget = { apiVersion: "policy/v1beta1", kind: "PodDisruptionBudget", metadata: { name: "second", namespace: NAMESPACE } };
		const spec = { minAvailable: 0, selector: { matchLabels: { app: "both" } } };
		await fleet.kubectl(["apply", "-f", "-"], { input: JSON.stringify({ ...budget, spec }) });
		const pod = (await podsOf("both")).find((each) => each.name === name);
		expect(pod).toBeDefined();
		if (pod) expect(await api.evict(pod, null)).toMatchObject({ result: "blocked", why: "several-budgets" });
	});

	it("a bare pod stops a drain before it begins", async () => {
		const container = { name: "main", image: BUSYBOX_IMAGE, imagePullPolicy: "IfNotPresent", command: ["/bin/sleep", "1000000"] };
		const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "bare", namespace: NAMESPACE } };
		const spec = { nodeName: node, terminationGracePeriodSeconds: 1, containers: [container] };
		await fleet.kubectl(["apply", "-f", "-"], { input: JSON.stringify({ ...pod, spec }) });
		await deployPinned("beside", 1);
		await api.cordon(node, "run-1");
		await expect(drainNode(api, node, POLICY, { now: Date.now })).rejects.toMatchObject({
			code: "drain.refused",
			values: { count: 1, pods: `${NAMESPACE}/bare` },
		});
		expect(await podsOf("beside")).toMatchObject([{ deletingSince: null }]);
		expect((await drainNode(api, node, { ...POLICY, force: true }, { now: Date.now })).done).toBe(2);
	});
});

describe("verifyNode", () => {
	it("problems 19 and 42: is met by a fresh heartbeat on the runtime in use, and says what another would lack", async () => {
		await fleet.deploy({ name: "agent", kind: "DaemonSet", namespace: NAMESPACE });
		const [agent] = await podsOf("agent");
		const heartbeatAfter = new Date().toISOString();
		const pods = [`${NAMESPACE}/${agent?.name}`];
		const first = await verifyNode(api, node, { runtime: "docker", heartbeatAfter: new Date(Date.now() + 3_600_000).toISOString(), pods });
		expect(first.criteria.filter((each) => !each.met).map((each) => each.id)).toEqual(["heartbeat"]);
		const met = await until("a fresh heartbeat", 60_000, async () => {
			const result = await verifyNode(api, node, { runtime: "docker", heartbeatAfter, pods });
			return result.met ? result : undefined;
		});
		expect(met.criteria.map((each) => each.id)).toEqual(["ready", "heartbeat", "runtime", "containers", "pods"]);
		const other = await verifyNode(api, node, { runtime: "containerd", heartbeatAfter, pods });
		expect(other.criteria.filter((each) => !each.met).map((each) => each.id)).toEqual(["runtime", "containers", "pods"]);
		expect(other.criteria.find((each) => each.id === "runtime")?.values.found).toMatch(/^docker:\/\/20\.10/);
	});

	it("reads the kubelet's lease where the role allows it, and does without where not", async () => {
		await expect(api.nodeLease(node)).rejects.toMatchObject({ code: "cluster.forbidden", values: { verb: "get", resource: "leases" } });
		await withApi(await readFile(fleet.kubeconfig, "utf8"), async (admin) => {
			const lease = await admin.nodeLease(node);
			expect(lease?.holder).toBe(node);
			expect(Date.parse(lease?.renewedAt ?? "")).toBeGreaterThan(Date.now() - 60_000);
			expect(await admin.nodeLease("nowhere")).toBeNull();
		});
	});
});
