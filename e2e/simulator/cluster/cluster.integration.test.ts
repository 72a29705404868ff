import { afterAll, beforeAll, expect, it } from "vitest";
import { parseKubeconfig } from "../../../server/kubernetes/kubeconfig.ts";
import { openCluster } from "../../../server/kubernetes/open-cluster.ts";
import type { NodeReport } from "../machine/pods.ts";
import { SimulatedApiServer } from "./api-server.ts";
import { newServerCertificate } from "./certificates.ts";
import { SimulatedCluster } from "./cluster.ts";

// The console's own client against the simulated API: what it could not read or would misread fails here.
const LAG_MS = 300;
let cluster: SimulatedCluster;
let api: SimulatedApiServer;
let client: ReturnType<typeof openCluster>;
let authority: string;

function report(runtimeVersion: string, engine: string): NodeReport {
	return {
		ready: true,
		kubeletVersion: "v1.18.9",
		runtimeVersion,
		bootId: "b1",
		machineId: "m1",
		osImage: "CentOS Linux 7 (Core)",
		kernel: "5.9.1",
		architecture: "amd64",
		at: new Date().toISOString(),
		pods: cluster.podsOn("node1").map(({ uid, containers }) => ({
			uid,
			ip: "10.0.0.2",
			containers: containers.map(({ name }) => ({
				name,
				containerId: `${engine}://${uid}`,
				running: true,
				startedAt: new Date().toISOString(),
			})),
		})),
		mirrors: [],
	};
}
const access = (token: string) =>
	parseKubeconfig(`apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: "${api.url}", certificate-authority-data: ${Buffer.from(authority).toString("base64")} } }]
users: [{ name: u, user: { token: ${token} } }]
contexts: [{ name: x, context: { cluster: c, user: u } }]
current-context: x
`);
async function eventually<T>(look: () => Promise<T>, wanted: (found: T) => boolean): Promise<T> {
	for (let round = 0; ; round++) {
		const found = await look();
		if (wanted(found) || round > 100) return found;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

beforeAll(async () => {
	cluster = new SimulatedCluster({ version: "v1.18.9", lagMs: LAG_MS });
	cluster.addNode({ name: "node1", internalIp: "3.1.20.120", createdAtMs: Date.now() - 61 * 86_400_000 });
	cluster.addWorkload({ kind: "Deployment", namespace: "default", name: "web", replicas: 2, minAvailable: 1, image: "nginx:1.19" });
	const made = newServerCertificate("test-ca", ["127.0.0.1"]);
	authority = made.authority;
	api = await SimulatedApiServer.listen(cluster, { address: "127.0.0.1", port: 0, certificate: made.server, token: "secret" });
	client = openCluster(access("secret"));
});
afterAll(async () => {
	client.close();
	await api.close();
	cluster.close();
});

it("passes the console's test, with the Eviction of its version", async () => {
	expect(await client.test()).toEqual({ ok: true, serverVersion: "v1.18.9", evictionVersion: "v1beta1" });
	const stranger = openCluster(access("wrong"));
	expect(await stranger.test()).toMatchObject({ ok: false, code: "cluster.unauthorized" });
	stranger.close();
});

it("shows a node at once, and what changes of it after the lag", async () => {
	cluster.report("node1", report("docker://19.3.13", "docker"));
	expect(await client.getNode("node1")).toMatchObject({ ready: "True", containerRuntime: "docker://19.3.13", internalIp: "3.1.20.120" });
	cluster.report("node1", report("containerd://1.3.7", "containerd"));
	expect(await client.getNode("node1")).toMatchObject({ containerRuntime: "docker://19.3.13" });
	const later = await eventually(
		() => client.getNode("node1"),
		(node) => node.containerRuntime.startsWith("containerd"),
	);
	expect(later.containerRuntime).toBe("containerd://1.3.7");
});

it("refuses a patch of an object that has changed, and cordons by one that has not", async () => {
	expect(await client.cordon("node1", "run1")).toEqual({ changed: true, ours: true });
	expect(await client.getNode("node1")).toMatchObject({ unschedulable: true, status: "Ready,SchedulingDisabled" });
	expect(await client.uncordon("node1", "run2")).toBe("not-ours");
	expect(await client.uncordon("node1", "run1")).toBe("uncordoned");
	expect(await client.annotate("node1", "a/b", "c")).toEqual({ changed: true, previous: null });
	expect((await client.getNode("node1")).annotations["a/b"]).toBe("c");
});

it("evicts within the budget, and names the one that forbids it", async () => {
	await eventually(
		async () => {
			cluster.report("node1", report("containerd://1.3.7", "containerd"));
			return client.podsOnNode("node1");
		},
		(pods) => pods.length === 2 && pods.every((pod) => pod.ready),
	);
	const [first, second] = await client.podsOnNode("node1");
	expect(first?.containers[0]?.containerId).toMatch(/^containerd:/);
	expect(await client.listPdbs()).toMatchObject([
		{ name: "web", disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, observed: true },
	]);
	expect(await client.evict({ ...first!, uid: "another" }, null)).toEqual({ result: "gone" });
	expect(await client.evict(first!, null)).toEqual({ result: "evicted" });
	expect(await client.evict(second!, null)).toMatchObject({ result: "blocked", why: "budget", budget: "web" });
	expect((await client.podsOnNode("node1")).find((pod) => pod.uid === first!.uid)?.deletingSince).not.toBeNull();
	cluster.ended("node1", first!.uid);
	expect(await client.evict(first!, null)).toEqual({ result: "gone" });
});

it("keeps a lease for a kubelet that reports", async () => {
	expect((await client.nodeLease("node1"))?.holder).toBe("node1");
	expect(await client.nodeLease("node9")).toBeNull();
});
