import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { drainNode } from "../../server/kubernetes/drain.ts";
import { parseKubeconfig } from "../../server/kubernetes/kubeconfig.ts";
import { openCluster } from "../../server/kubernetes/open-cluster.ts";
import { verifyNode } from "../../server/kubernetes/verify.ts";
import { readSnapshot } from "../../server/remote/snapshot.ts";
import type { Fleet, FleetNode } from "./fleet.ts";
import { NodeRun } from "./node-run.ts";
import { filesOf, podProcesses, reservedAddresses, unitsOf } from "./node-state.ts";
import { until } from "./process.ts";
import { sharedFleet } from "./shared-fleet.ts";

// The whole of what Gantry is for, without a page: one real node goes over and comes back, by plan, compiled scripts and armed revert.
let fleet: Fleet;
let node: FleetNode;
let run: NodeRun;
let back: NodeRun | undefined;
let filesBefore: string;
let unitsBefore: string;
const api = async () => openCluster(parseKubeconfig(await readFile(fleet.kubeconfig, "utf8")));
const OWNER = "main-job";

beforeAll(async () => {
	fleet = await sharedFleet();
	node = fleet.node("node1");
	await fleet.deploy({ name: "agent", kind: "DaemonSet" });
	await fleet.deploy({ name: "web", replicas: 3, minAvailable: 2 });
	filesBefore = await filesOf(node);
	unitsBefore = await unitsOf(node);
});
afterAll(async () => {
	run?.close();
	back?.close();
	await fleet.kubectl(["delete", "deployment/web", "daemonset/agent", "poddisruptionbudget/web", "--ignore-not-found"]);
	await fleet.reset(node.name);
});

async function drain(): Promise<void> {
	const cluster = await api();
	await cluster.cordon(node.name, OWNER);
	const policy = { enabled: true, timeoutS: 120, gracePeriodS: null, deleteEmptyDir: true, force: false };
	await drainNode(cluster, node.name, policy, { now: Date.now });
	cluster.close();
}

async function verified(runtime: "containerd" | "docker", heartbeatAfter: string): Promise<void> {
	const cluster = await api();
	const agent = (await fleet.pods("agent")).find((pod) => pod.node === node.name);
	expect(agent).toBeDefined();
	const expected = { runtime, heartbeatAfter, pods: [`default/${agent?.name}`] };
	let outstanding = "";
	await until(
		`the cluster shows ${node.name} on ${runtime}`,
		120_000,
		async () => {
			const found = await verifyNode(cluster, node.name, expected);
			outstanding = JSON.stringify(found.criteria.filter((criterion) => !criterion.met));
			return found.met ? true : undefined;
		},
		async () => outstanding,
		500,
	);
	cluster.close();
}

async function uncordon(): Promise<void> {
	const cluster = await api();
	expect(await cluster.uncordon(node.name, OWNER)).toBe("uncordoned");
	cluster.close();
}

/** Every address that is reserved belongs to a pod that is there. */
async function noAddressLeaks(): Promise<void> {
	await until(
		`as many addresses as pods on ${node.name}`,
		30_000,
		async () => {
			const pods = (await fleet.pods()).filter((pod) => pod.node === node.name).map((pod) => pod.ip);
			return (await reservedAddresses(node)).join() === pods.sort().join() ? true : undefined;
		},
		async () => `reserved ${await reservedAddresses(node)}, pods ${JSON.stringify(await fleet.pods())}`,
	);
}

it("problem 14: goes from docker to containerd, and the cluster shows it", async () => {
	const cluster = await api();
	run = await NodeRun.migration(node, { cluster });
	cluster.close();
	await run.install();
	await run.succeed("prepare");
	expect(await podProcesses(node, "sleep 1000000")).not.toEqual([]);
	expect(await node.must("systemctl is-active docker kubelet containerd")).toBe("active\nactive\nactive\n");
	await drain();
	const since = (await node.must("date -u +%Y-%m-%dT%H:%M:%SZ")).trim();
	const began = Date.now();
	await run.succeed("cutover");
	process.stderr.write(`cutover with verification on the node: ${Date.now() - began} ms\n`);
	await verified("containerd", since);
	expect(await run.commit()).toBe("commit");
	await uncordon();
	const status = await run.status();
	expect(status).toMatchObject({ decision: "commit", final: "committed", triggers: { revert: false, boot: false } });
	expect(await fleet.kubectl(["get", "node", node.name, "-o", "wide", "--no-headers"])).toContain(run.plan.runtimeTo);
	expect((await node.exec("systemctl is-active docker.service docker.socket")).stdout).toBe("inactive\ninactive\n");
	expect(await node.must("crictl pods")).toContain("agent-");
	await noAddressLeaks();
});

it("leaves nothing of the run's own behind outside its folder but what the plan shows", async () => {
	const planned = run.plan.files.map((file) => file.realPath);
	const before = new Set(filesBefore.split("\n"));
	const changed = (await filesOf(node)).split("\n").filter((line) => !before.has(line) && line.startsWith("file"));
	expect(changed.map((line) => line.split(" ")[3]).sort()).toEqual([...planned].sort());
	expect(await node.must("find /etc /usr/local /var/lib/kubelet -name '*.gantry-*' -o -name '*.part' -path '*gantry*'")).toBe("");
	expect(await unitsOf(node)).not.toContain("gantry-");
});

it("problem 21: comes back to docker from the snapshot, byte for byte", async () => {
	const snapshot = await readSnapshot(await run.live(), run.id);
	expect(snapshot?.files.map((file) => file.realPath)).toEqual(run.plan.files.map((file) => file.realPath));
	back = await run.rollback();
	await back.install();
	await back.succeed("prepare");
	await drain();
	const since = (await node.must("date -u +%Y-%m-%dT%H:%M:%SZ")).trim();
	await back.succeed("cutover");
	await verified("docker", since);
	expect(await back.commit()).toBe("commit");
	await uncordon();
	expect(await filesOf(node)).toBe(filesBefore);
	expect(await unitsOf(node)).toBe(unitsBefore);
	expect(await node.must("ls /var/lib/gantry")).toBe("lock\nowner\nruns\n");
	await fleet.waitRunning("agent", fleet.nodes.length);
	await fleet.waitRunning("web", 3);
	await noAddressLeaks();
});
