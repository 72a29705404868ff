import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { policySchema } from "../../lib/contracts/plan.ts";
import type { ClusterApi } from "../../server/kubernetes/cluster-api.ts";
import { parseKubeconfig } from "../../server/kubernetes/kubeconfig.ts";
import { openCluster } from "../../server/kubernetes/open-cluster.ts";
import { preflight } from "../../server/preflight/preflight.ts";
import { extendDeadline } from "../../server/remote/deadline.ts";
import type { Fleet, FleetNode } from "./fleet.ts";
import { BUSYBOX_IMAGE } from "./images.ts";
import { apiNodeOf, CONSOLE, NodeRun, openSession, probe } from "./node-run.ts";
import { filesOf, podProcesses, reservedAddresses } from "./node-state.ts";
import { until } from "./process.ts";
import { sharedFleet } from "./shared-fleet.ts";

// A node whose Docker runs a container of somebody else's (problem 24), which the policy keeps.
const OTHER = "sleep 2000000";
const KEEP = policySchema.parse({ keepDocker: true, drain: { enabled: false } });
let fleet: Fleet;
let node: FleetNode;
let cluster: ClusterApi;
let run: NodeRun | undefined;
let back: NodeRun | undefined;
let filesBefore: string;

beforeAll(async () => {
	fleet = await sharedFleet();
	node = fleet.node("node3");
	cluster = openCluster(parseKubeconfig(await readFile(fleet.kubeconfig, "utf8")));
	await fleet.deploy({ name: "agent", kind: "DaemonSet" });
	await node.must(`docker run -d --name other --restart always --network none ${BUSYBOX_IMAGE} ${OTHER}`);
	filesBefore = await filesOf(node);
});
afterAll(async () => {
	run?.close();
	back?.close();
	cluster?.close();
	// With its pods: one that is still ending on another node would keep the next file's drain waiting.
	await fleet.kubectl(["delete", "daemonset/agent", "--ignore-not-found", "--cascade=foreground"], { timeoutMs: 240_000 });
	await fleet.reset(node.name);
});

const docker = () => node.must("systemctl is-active docker.service docker.socket; docker ps --format '{{.Names}}' | grep -v ^k8s_");
const ON = "active\nactive\nother\n";
/** The DaemonSet's pod runs once, in this runtime. */
async function podRuns(runtime: "docker" | "containerd"): Promise<void> {
	const ask = runtime === "docker" ? "docker ps -q --filter label=io.kubernetes.container.name=main" : "ctr -n k8s.io tasks ls -q";
	await until(`the pod on ${runtime}`, 90_000, async () => ((await node.must(ask)).trim() === "" ? undefined : true));
	await until(
		"one process of the pod",
		30_000,
		async () => ((await podProcesses(node, "sleep 1000000")).length === 1 ? true : undefined),
		async () => (await podProcesses(node)).join("\n"),
	);
}

/** Without a drain too, what the old sandboxes held is released. */
async function addressesArePods(): Promise<void> {
	const pods = async () => (await fleet.pods()).filter((pod) => pod.node === node.name).map(({ ip }) => ip);
	await until(
		`as many addresses as pods on ${node.name}`,
		60_000,
		async () => ((await reservedAddresses(node)).join() === (await pods()).sort().join() ? true : undefined),
		async () => `reserved ${await reservedAddresses(node)}, pods ${await pods()}`,
	);
}

it("problem 24: goes over with Docker kept, whose container is back when the node is verified", async () => {
	await podRuns("docker");
	run = await NodeRun.migration(node, { cluster, policy: KEEP });
	await run.install();
	await run.succeed("prepare");
	await run.succeed("cutover");
	expect(await run.log()).not.toContain("docker-not-started-again");
	expect(await run.commit()).toBe("commit");
	expect(await docker()).toBe(ON);
	await podRuns("containerd");
	expect((await node.exec("docker ps -q --filter label=io.kubernetes.pod.uid")).stdout).toBe("");
	await addressesArePods();
});

it("keeps it over a reboot, and is nothing to complete", async () => {
	await node.reboot();
	await node.waitReady({ runtime: "containerd://" });
	await until("Docker with its container", 60_000, async () => ((await docker().catch(() => "")) === ON ? true : undefined), docker);
	await podRuns("containerd");
	const session = await openSession(node);
	try {
		const facts = await probe(session);
		const apiNode = await apiNodeOf(cluster, node.name);
		const found = preflight({ facts, apiNode, policy: policySchema.parse({}), crictlArchives: new Map() }).map(({ code }) => code);
		expect(found).not.toContain("adopted.docker-starts");
		expect(found).not.toContain("adopted.containers-left");
	} finally {
		session.close();
	}
});

it("has Docker on where a rollback is not committed", async () => {
	if (!run) throw new Error("the node did not go over");
	back = await run.rollback();
	await back.install();
	await back.succeed("prepare");
	await back.succeed("cutover");
	await extendDeadline(await back.live(), back.id, 3, CONSOLE);
	expect(await back.final()).toBe("reverted");
	back.close();
	expect(await docker()).toBe(ON);
	await podRuns("containerd");
});

it("comes back to Docker, its files byte for byte, with the container running", async () => {
	if (!run) throw new Error("the node did not go over");
	back = await run.rollback();
	await back.install();
	await back.succeed("prepare");
	await back.succeed("cutover");
	expect(await back.commit()).toBe("commit");
	await node.waitReady({ runtime: "docker://" });
	expect(await docker()).toBe(ON);
	await podRuns("docker");
	await addressesArePods();
	expect(await filesOf(node)).toBe(filesBefore);
});
