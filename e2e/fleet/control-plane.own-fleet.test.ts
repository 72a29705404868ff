import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policySchema } from "../../lib/contracts/plan.ts";
import { preflight } from "../../server/preflight/preflight.ts";
import { cleanUp } from "../../server/remote/clean.ts";
import { bringUp, down, type Fleet, type FleetNode } from "./fleet.ts";
import { CONSOLE, NodeRun, openSession, probe, type RunOptions } from "./node-run.ts";
import { until } from "./process.ts";

const NAME = "etcd";
const CURL =
	"curl -s -m 4 --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/healthcheck-client.crt --key /etc/kubernetes/pki/etcd/healthcheck-client.key";
const MANIFEST = "/etc/kubernetes/manifests/etcd.yaml";

/** The static pods' containers that run, by each runtime's own word. */
async function staticContainers(node: FleetNode): Promise<{ docker: string[]; containerd: string[] }> {
	const names = (text: string) => [...new Set(text.split("\n").filter(Boolean))].sort();
	const docker = await node.exec(
		`docker ps --filter label=io.kubernetes.pod.namespace=kube-system --format '{{.Label "io.kubernetes.container.name"}}'`,
	);
	const containerd = await node.exec(`for id in $(ctr -n k8s.io tasks ls | awk '$3 == "RUNNING" { print $1 }'); do
	ctr -n k8s.io containers info "$id" | sed -n 's/.*"io.kubernetes.container.name": "\\(.*\\)".*/\\1/p'
done`);
	// A sandbox is docker's POD, and has no such label in containerd.
	return { docker: names(docker.stdout).filter((name) => name !== "POD"), containerd: names(containerd.stdout) };
}

/** Id of the member as the node's own answers, and whether it is well. */
async function member(node: FleetNode): Promise<{ id: string; healthy: boolean }> {
	const status = await node.exec(`${CURL} -d '{}' https://127.0.0.1:2379/v3/maintenance/status`);
	const health = await node.exec(`${CURL} https://127.0.0.1:2379/health`);
	return { id: /"member_id":"(\d+)"/.exec(status.stdout)?.[1] ?? "", healthy: /"health":"true"/.test(health.stdout) };
}

function well(node: FleetNode): Promise<true> {
	return until(
		`etcd's member on ${node.name}`,
		90_000,
		async () => ((await member(node)).healthy ? true : undefined),
		() => node.diagnose(),
		500,
	);
}

/** Puts a value into etcd through one member, so that the others have something to catch up with. */
async function put(node: FleetNode, count: number): Promise<void> {
	await node.must(
		`for i in $(seq ${count}); do ${CURL} -f -o /dev/null -d '{"key":"Zm9v","value":"YmFy"}' https://127.0.0.1:2379/v3/kv/put || exit 1; done`,
	);
}

describe("rule 18: a control plane of three, each with its member of one etcd", () => {
	let fleet: Fleet;
	const node = (name: string) => fleet.node(name);
	const planned = (name: string, options: RunOptions = {}) => NodeRun.migration(node(name), { crictl: false, ...options });

	beforeAll(async () => {
		await down(NAME);
		fleet = await bringUp({ nodes: Array.from({ length: 3 }, () => ({ controlPlane: true })), name: NAME });
		for (const each of fleet.nodes) await well(each);
	});
	afterAll(() => down(NAME));

	async function codes(name: string): Promise<string[]> {
		const session = await openSession(node(name));
		try {
			const facts = await probe(session);
			return preflight({ facts, apiNode: null, policy: policySchema.parse({}), crictlArchives: new Map() })
				.map(({ code }) => code)
				.filter((code) => code.startsWith("etcd."));
		} finally {
			session.close();
		}
	}

	it("finds every member, and none of them keeps a node in", async () => {
		const session = await openSession(node("node1"));
		const { etcd } = await probe(session);
		session.close();
		const cluster = etcd?.cluster.known ? etcd.cluster.value : null;
		expect(cluster?.members.map((each) => [each.name, each.healthy, each.learner]).sort()).toEqual(
			["node1", "node2", "node3"].map((name) => [name, { known: true, value: true }, false]),
		);
		expect(cluster?.self).toBe((await member(node("node1"))).id);
		expect(await codes("node1")).toEqual([]);
	});

	it("with one member down the others stay: by preflight, and by the node itself where the plan is older", async () => {
		const run = await planned("node2");
		await run.install();
		await run.succeed("prepare");
		const before = (await node("node2").must("systemctl show -p MainPID kubelet docker containerd")).trim();
		await node("node3").must(`mv ${MANIFEST} /root/etcd.yaml`);
		await until(
			"the member's end",
			60_000,
			async () => ((await member(node("node3"))).id === "" ? true : undefined),
			() => node("node3").diagnose(),
		);
		expect(await codes("node1")).toEqual(["etcd.member-unhealthy"]);
		await expect(planned("node1")).rejects.toThrow("etcd.member-unhealthy");
		await run.start("cutover");
		expect(await run.ended("cutover")).toEqual({ kind: "exited", code: 1 });
		const log = await run.log();
		expect(log).toContain("cause etcd-member-unhealthy member=node3");
		// Nothing was armed and nothing stopped.
		expect(log).not.toContain("begin arm-revert");
		expect((await node("node2").must("systemctl show -p MainPID kubelet docker containerd")).trim()).toBe(before);
		// What the console does then: what prepare did is taken away, and the runtimes stay as they are.
		expect(await cleanUp(await run.live(), run.id, CONSOLE)).toEqual({ kind: "reverting" });
		expect(await run.final()).toBe("cleaned");
		expect((await node("node2").must("systemctl show -p MainPID kubelet docker containerd")).trim()).toBe(before);
		await node("node3").must(`mv /root/etcd.yaml ${MANIFEST}`);
		await well(node("node3"));
		run.close();
	});

	it("goes over while all are well: its pods run on containerd, its member is the same one and has caught up", async () => {
		const { id } = await member(node("node1"));
		await put(node("node1"), 5);
		const run = await planned("node1", { pauseBefore: ["start-kubelet"] });
		await run.upTo("start-kubelet");
		// The others go on without it.
		await put(node("node2"), 20);
		await run.go("start-kubelet");
		expect(await run.ended("cutover")).toEqual({ kind: "exited", code: 0 });
		const log = await run.log();
		expect(log).toContain("note etcd-quorum-without voters=3 healthy=2");
		expect(log).toContain("note control-plane-back");
		expect(await staticContainers(node("node1"))).toEqual({ docker: [], containerd: ["etcd", "kube-apiserver"] });
		expect(await member(node("node1"))).toEqual({ id, healthy: true });
		expect(await run.commit()).toBe("commit");
		run.close();
	});

	it("goes back by itself, without the API, where its member finds no leader on containerd", async () => {
		const run = await planned("node2", { pauseBefore: ["start-kubelet"], limits: { "verify-control-plane": 25 } });
		await run.upTo("start-kubelet");
		// etcd comes up as a pod and meets nobody; nor does the kubelet reach the API server.
		const block = (verb: string) =>
			node("node2").must(
				["INPUT -p tcp --dport 2380", "OUTPUT -p tcp --dport 2380", "OUTPUT -p tcp --dport 6443"]
					.map((rule) => `iptables -${verb} ${rule} -j DROP`)
					.join(" && "),
			);
		await block("I");
		await run.go("start-kubelet");
		expect(await run.final()).toBe("reverted");
		const log = await run.log();
		expect(log).toMatch(/cause etcd-(without-leader|member-unhealthy|not-caught-up|does-not-answer) /);
		expect(log).toContain("end verify-node ok");
		await block("D");
		expect((await run.status()).decision).toBe("revert");
		await well(node("node2"));
		expect((await staticContainers(node("node2"))).docker).toEqual(["etcd", "kube-apiserver"]);
		expect(await node("node2").must("cat /var/lib/kubelet/kubeadm-flags.env")).toContain("--network-plugin=cni");
		run.close();
	});

	it("goes back by itself where the pod does not come back at all", async () => {
		const run = await planned("node3", { pauseBefore: ["start-kubelet"], limits: { "verify-control-plane": 20 } });
		await run.upTo("start-kubelet");
		await node("node3").must("ctr -n k8s.io images ls -q | grep fleet/etcd | xargs ctr -n k8s.io images rm");
		await run.go("start-kubelet");
		expect(await run.final()).toBe("reverted");
		expect(await run.log()).toContain("cause static-pod-not-back container=kube-system/etcd runtime=containerd");
		await well(node("node3"));
		expect((await staticContainers(node("node3"))).docker).toEqual(["etcd", "kube-apiserver"]);
		run.close();
	});

	it("comes back to Docker under the same watch", async () => {
		const { id } = await member(node("node1"));
		const forward = await planned("node3");
		await forward.install();
		await forward.succeed("prepare");
		await forward.succeed("cutover");
		expect(await forward.commit()).toBe("commit");
		const back = await forward.rollback();
		await back.install();
		await back.succeed("prepare");
		await back.succeed("cutover");
		expect(await back.log()).toContain("note control-plane-back");
		expect(await staticContainers(node("node3"))).toMatchObject({ docker: ["etcd", "kube-apiserver"] });
		expect(await back.commit()).toBe("commit");
		expect(await member(node("node1"))).toEqual({ id, healthy: true });
		forward.close();
		back.close();
	});
});

describe("rule 18: a control plane of one", () => {
	const name = "solo";
	let fleet: Fleet;

	beforeAll(async () => {
		await down(name);
		fleet = await bringUp({ nodes: [{ name: "master1", controlPlane: true }], name });
		await well(fleet.node("master1"));
	});
	afterAll(() => down(name));

	it("is warned of and goes over, its member back with what it held", async () => {
		const node = fleet.node("master1");
		await put(node, 3);
		const run = await NodeRun.migration(node, { crictl: false });
		expect(run.plan.findings.filter(({ code }) => code.startsWith("etcd.")).map(({ code, severity }) => [code, severity])).toEqual([
			["etcd.single-member", "warn"],
		]);
		await run.install();
		await run.succeed("prepare");
		await run.succeed("cutover");
		const log = await run.log();
		expect(log).toContain("note etcd-without-quorum voters=1");
		expect(log).toContain("note control-plane-back");
		expect(await node.must(`${CURL} -f -d '{"key":"Zm9v"}' https://127.0.0.1:2379/v3/kv/range`)).toContain('"value":"YmFy"');
		expect(await run.commit()).toBe("commit");
		run.close();
	});
});
