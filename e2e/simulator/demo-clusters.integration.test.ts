import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Finding } from "../../lib/contracts/finding.ts";
import { policySchema } from "../../lib/contracts/plan.ts";
import type { ClusterApi } from "../../server/kubernetes/cluster-api.ts";
import { drainNode } from "../../server/kubernetes/drain.ts";
import { parseKubeconfig } from "../../server/kubernetes/kubeconfig.ts";
import { openCluster } from "../../server/kubernetes/open-cluster.ts";
import { verifyNode } from "../../server/kubernetes/verify.ts";
import { planMigration } from "../../server/plan/migrate.ts";
import { preflight } from "../../server/preflight/preflight.ts";
import { parseProbe } from "../../server/probe/parse.ts";
import { PROBE_SCRIPT } from "../../server/probe/script.ts";
import { commit } from "../../server/remote/commit.ts";
import { connect } from "../../server/ssh/connect.ts";
import { parseKnownHosts } from "../../server/ssh/known-hosts.ts";
import type { NodeSession } from "../../server/ssh/session.ts";
import { install, run } from "../conformance/plan-run.ts";
import { type DemoClusters, startDemoClusters } from "./demo-clusters.ts";
import type { RunningCluster } from "./simulated-cluster.ts";

let stateDir: string;
let demo: DemoClusters;
let legacy: ClusterApi;
let prod: ClusterApi;

async function session(cluster: RunningCluster, name: string): Promise<NodeSession> {
	const node = cluster.nodes.find((each) => each.name === name)!;
	const hostKeys = parseKnownHosts(node.knownHostsLine).map(({ algorithm, keyBase64 }) => ({ algorithm, keyBase64 }));
	const auth = { kind: "key", privateKey: cluster.sshKey } as const;
	return connect(
		{ address: node.sshAddress, port: node.sshPort, user: cluster.sshUser, auth, privilege: { kind: "root" }, hostKeys },
		{ timeoutMs: 10_000 },
	);
}

const probe = async (way: NodeSession) => parseProbe((await way.run(PROBE_SCRIPT, { timeoutMs: 30_000 })).stdout);

async function told(cluster: RunningCluster, name: string): Promise<Finding[]> {
	const way = await session(cluster, name);
	const facts = await probe(way);
	way.close();
	return preflight({ facts, apiNode: null, policy: policySchema.parse({}), crictlArchives: new Map([["amd64", ["v1.20.0"]]]) });
}

async function blocking(cluster: RunningCluster, name: string): Promise<string[]> {
	const found = await told(cluster, name);
	return found.filter(({ code, severity }) => severity === "block" && code !== "cluster.api.absent").map(({ code }) => code);
}

async function eventually<T>(look: () => Promise<T>, wanted: (found: T) => boolean): Promise<T> {
	for (let round = 0; ; round++) {
		const found = await look();
		if (wanted(found) || round > 300) return found;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

beforeAll(async () => {
	stateDir = mkdtempSync(join(tmpdir(), "gantry-demo-"));
	demo = await startDemoClusters({ stateDir, pace: 20, lagMs: 500 });
	legacy = openCluster(parseKubeconfig(demo.legacy.kubeconfig));
	prod = openCluster(parseKubeconfig(demo.prod.kubeconfig));
});
afterAll(async () => {
	legacy.close();
	prod.close();
	await demo.close();
	rmSync(stateDir, { recursive: true, force: true });
});

it("shows the procedure's table", async () => {
	const nodes = await eventually(
		() => legacy.listNodes(),
		(found) => found.every((node) => node.ready === "True"),
	);
	const now = Date.now();
	const rows = nodes.map((node) => {
		const ageDays = Math.floor((now - Date.parse(node.createdAt)) / 86_400_000);
		const { name, status, roles, version, internalIp, osImage, kernelVersion, containerRuntime } = node;
		return [name, status, roles.join() || "<none>", `${ageDays}d`, version, internalIp, osImage, kernelVersion, containerRuntime].join(
			" | ",
		);
	});
	expect(rows).toEqual([
		"node1 | Ready | master | 61d | v1.18.9 | 3.1.20.120 | CentOS Linux 7 (Core) | 5.9.1-1.el7.elrepo.x86_64 | docker://19.3.13",
		"node2 | Ready | master | 61d | v1.18.9 | 3.1.20.121 | CentOS Linux 7 (Core) | 5.9.1-1.el7.elrepo.x86_64 | containerd://1.3.7",
		"node3 | Ready | master | 61d | v1.18.9 | 3.1.20.122 | CentOS Linux 7 (Core) | 5.9.1-1.el7.elrepo.x86_64 | docker://19.3.13",
		"node4 | Ready | <none> | 61d | v1.18.9 | 3.1.20.123 | CentOS Linux 7 (Core) | 5.9.1-1.el7.elrepo.x86_64 | docker://19.3.13",
		"node5 | Ready | <none> | 61d | v1.18.9 | 3.1.20.124 | CentOS Linux 7 (Core) | 5.9.1-1.el7.elrepo.x86_64 | docker://19.3.13",
		"node6 | Ready | <none> | 61d | v1.18.9 | 3.1.20.125 | CentOS Linux 7 (Core) | 3.10.0-1160.6.1.el7.x86_64 | containerd://1.4.3",
	]);
});

it("lets nothing block the nodes on Docker, and names what blocks those of prod", async () => {
	for (const name of ["node1", "node3", "node4", "node5"]) expect(await blocking(demo.legacy, name)).toEqual([]);
	await eventually(
		() => prod.podsOnNode("prod-worker-2"),
		(pods) => pods.length >= 4 && pods.every((pod) => pod.phase === "Running"),
	);
	expect(await blocking(demo.prod, "prod-worker-1")).toEqual(["docker.foreign-containers"]);
	expect(await blocking(demo.prod, "prod-worker-2")).toEqual(["node.space.too-little"]);
	await expect(session(demo.prod, "prod-worker-3")).rejects.toMatchObject({ code: "connection.refused" });
	expect((await prod.getNode("prod-worker-3")).status).toBe("NotReady");
});

it("finds nothing forgotten on the nodes that are on containerd, but for the one that was left half done", async () => {
	const already = ["kubelet.runtime.already-containerd"];
	expect((await told(demo.legacy, "node2")).map(({ code }) => code)).toEqual(already);
	const toComplete = ["kubelet.runtime.to-complete", "adopted.docker-starts"];
	expect((await told(demo.legacy, "node6")).map(({ code }) => code)).toEqual(expect.arrayContaining(toComplete));
	expect((await told(demo.prod, "prod-control-1")).map(({ code }) => code)).toEqual(already);
});

it("takes a worker over while its pods move, and they come back", async () => {
	const name = "node4";
	const way = await session(demo.legacy, name);
	await eventually(
		() => legacy.podsOnNode(name),
		(pods) => pods.length > 3 && pods.every((pod) => pod.ready),
	);
	const policy = policySchema.parse({ installCrictl: false });
	const facts = await probe(way);
	const plan = planMigration({ runId: "demorun000001", nodeName: name, controlPlane: false, facts, policy, findings: [], crictl: null });
	await install(way, plan, null);
	expect(await run(way, plan, "prepare")).toEqual({ kind: "exited", code: 0 });
	await legacy.cordon(name, plan.runId);
	await drainNode(legacy, name, policy.drain, { now: Date.now });
	const kinds = (await legacy.podsOnNode(name)).map((pod) => pod.controller?.kind);
	expect(new Set(kinds)).toEqual(new Set(["DaemonSet"]));
	const heartbeatAfter = new Date().toISOString();
	expect(await run(way, plan, "cutover")).toEqual({ kind: "exited", code: 0 });
	const verified = await eventually(
		() => verifyNode(legacy, name, { runtime: "containerd", heartbeatAfter }),
		({ met }) => met,
	);
	expect(verified.criteria.filter(({ met }) => !met)).toEqual([]);
	expect(await commit(way, plan.runId)).toBe("commit");
	expect(await legacy.uncordon(name, plan.runId)).toBe("uncordoned");
	const pods = await eventually(
		() => legacy.podsOnNode(name),
		(found) => found.some((pod) => pod.labels["app"] === "web" && pod.ready),
	);
	const web = pods.find((pod) => pod.labels["app"] === "web");
	expect(web?.containers[0]?.containerId).toMatch(/^containerd:/);
	way.close();
});

it("takes a control plane node over, watched by what etcd's other members say", async () => {
	const way = await session(demo.legacy, "node1");
	const facts = await probe(way);
	expect(facts.etcd?.cluster).toMatchObject({ known: true, value: { members: [{ name: "node1" }, { name: "node2" }, { name: "node3" }] } });
	const policy = policySchema.parse({ installCrictl: false });
	const plan = planMigration({ runId: "demorun000002", nodeName: "node1", controlPlane: true, facts, policy, findings: [], crictl: null });
	await install(way, plan, null);
	expect(await run(way, plan, "prepare")).toEqual({ kind: "exited", code: 0 });
	expect(await run(way, plan, "cutover")).toEqual({ kind: "exited", code: 0 });
	const log = (await way.run(`cat /var/lib/gantry/runs/${plan.runId}/log`, { timeoutMs: 10_000 })).stdout.toString("utf8");
	expect(log).toContain("note etcd-quorum-without voters=3 healthy=2");
	expect(log).toContain("note control-plane-back");
	expect(await commit(way, plan.runId)).toBe("commit");
	// One member down, and the next node stays.
	await demo.legacy.nodes.find(({ name }) => name === "node2")?.machine.powerOff();
	expect(await blocking(demo.legacy, "node3")).toEqual(["etcd.member-unhealthy"]);
	way.close();
});

it("keeps its keys and its API's address over a restart", async () => {
	const { kubeconfig, knownHosts, sshKey } = demo.legacy;
	legacy.close();
	prod.close();
	await demo.close();
	demo = await startDemoClusters({ stateDir, pace: 20, lagMs: 500 });
	legacy = openCluster(parseKubeconfig(demo.legacy.kubeconfig));
	prod = openCluster(parseKubeconfig(demo.prod.kubeconfig));
	const keys = (text: string) => text.replaceAll(/:\d+/g, "");
	expect(keys(demo.legacy.knownHosts)).toBe(keys(knownHosts));
	expect(demo.legacy.sshKey).toBe(sshKey);
	expect(keys(demo.legacy.kubeconfig)).toBe(keys(kubeconfig));
	expect((await legacy.test()).ok).toBe(true);
});
