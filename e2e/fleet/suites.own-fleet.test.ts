import { afterAll, beforeAll, expect, it } from "vitest";
import { policySchema } from "../../lib/contracts/plan.ts";
import { blocking, preflight } from "../../server/preflight/preflight.ts";
import { type EngineHarness, engineHarness } from "./engine-harness.ts";
import { bringUp, crictlArchive, down, type Fleet, type FleetNode } from "./fleet.ts";
import { apiNodeOf, openSession, probe } from "./node-run.ts";
import { filesOf, reservedAddresses } from "./node-state.ts";
import { until } from "./process.ts";
import type { SuiteName } from "./suites.ts";

// Hosts of three Debian releases in one batch: three versions of systemd, Docker and containerd, and of the shell that runs our scripts.
const NAME = "suites";
const HOSTS: readonly { suite: SuiteName; systemd: number; docker: RegExp; containerd: RegExp }[] = [
	{ suite: "bullseye", systemd: 247, docker: /^20\.10\.5/, containerd: /^1\.4\./ },
	{ suite: "bookworm", systemd: 252, docker: /^20\.10\.24/, containerd: /^1\.6\./ },
	{ suite: "trixie", systemd: 257, docker: /^26\.1\./, containerd: /^1\.7\./ },
];
let fleet: Fleet;
let harness: EngineHarness;
const before = new Map<string, string>();

beforeAll(async () => {
	await down(NAME);
	fleet = await bringUp({ name: NAME, nodes: HOSTS.map(({ suite }) => ({ name: suite, suite })) });
	for (const node of fleet.nodes) await setUpDocker(node);
	await fleet.deploy({ name: "agent", kind: "DaemonSet" });
	await fleet.deploy({ name: "web", replicas: 3, minAvailable: 2 });
	for (const node of fleet.nodes) before.set(node.name, await filesOf(node));
	harness = await engineHarness(fleet);
}, 900_000);
afterAll(async () => {
	await harness?.close();
	await down(NAME);
});

/** Docker as many sites have it: a mirror, a proxy, rotated logs, and a kubelet that waits for it. */
async function setUpDocker(node: FleetNode): Promise<void> {
	await node.must(`mkdir -p /etc/systemd/system/docker.service.d
printf '%s\\n' '[Service]' 'Environment="HTTPS_PROXY=http://proxy.example.com:3128"' >/etc/systemd/system/docker.service.d/proxy.conf
if [ -s /etc/docker/daemon.json ]; then
	sed -i '1s|{|{ "registry-mirrors": ["https://mirror.example.com"], "log-opts": {"max-size":"20m","max-file":"3"},|' /etc/docker/daemon.json
else
	printf '%s\\n' '{"registry-mirrors":["https://mirror.example.com"],"log-opts":{"max-size":"20m","max-file":"3"}}' >/etc/docker/daemon.json
fi
sed -i 's|^\\[Unit\\]$|&\\nRequires=docker.service\\nAfter=docker.service|' "$(systemctl show -p FragmentPath kubelet.service | cut -d= -f2)"
systemctl daemon-reload && systemctl restart docker && systemctl start kubelet`);
	await node.waitReady({ runtime: "docker://" });
}

const runtimes = async () => {
	const wide = await fleet.kubectl([
		"get",
		"nodes",
		"-o",
		"custom-columns=N:.metadata.name,R:.status.nodeInfo.containerRuntimeVersion",
		"--no-headers",
	]);
	return Object.fromEntries(
		wide
			.trim()
			.split("\n")
			.map((line) => line.split(/\s+/) as [string, string]),
	);
};

/** Pods off the host's network hold an address each; those that a drain moved away hold none. */
async function addressesArePods(node: FleetNode): Promise<void> {
	await until(
		`as many addresses as pods on ${node.name}`,
		60_000,
		async () => {
			const pods = (await fleet.pods()).filter((pod) => pod.node === node.name).map((pod) => pod.ip);
			return JSON.stringify(await reservedAddresses(node)) === JSON.stringify(pods.sort()) ? true : undefined;
		},
		async () => `${await reservedAddresses(node)} reserved; pods: ${JSON.stringify(await fleet.pods())}`,
	);
}

/** What the probe says of it, were the pods there for an hour: each address by a sandbox that containerd knows. */
async function addressesAreHeld(node: FleetNode): Promise<void> {
	await node.must("find /var/lib/cni/networks -type f -exec touch -d '1 hour ago' {} +");
	const session = await openSession(node);
	try {
		const facts = await probe(session);
		expect(facts.cni.reserved.length).toBeGreaterThan(0);
		expect(facts.cni.reserved.every(({ settled }) => settled)).toBe(true);
		const containers = facts.containerd.containers?.known ? facts.containerd.containers.value : [];
		expect(containers).toEqual(expect.arrayContaining(facts.cni.reserved.map(({ sandbox }) => sandbox)));
	} finally {
		session.close();
	}
}

it.each(HOSTS)("$suite: reads its own versions in one round trip, and nothing blocks", async ({ suite, systemd, docker, containerd }) => {
	const session = await openSession(fleet.node(suite));
	try {
		const facts = await probe(session);
		expect(facts.host.systemdVersion).toEqual({ known: true, value: systemd });
		expect(facts.docker.version).toEqual({ known: true, value: expect.stringMatching(docker) });
		expect(facts.containerd.version).toEqual({ known: true, value: expect.stringMatching(containerd) });
		expect(facts.kubelet).toMatchObject({ runtime: "dockershim", version: { known: true, value: "v1.20.2" } });
		const found = preflight({
			facts,
			apiNode: await apiNodeOf(harness.cluster, suite),
			policy: policySchema.parse({}),
			crictlArchives: new Map([["amd64", [(await crictlArchive()).version]]]),
		});
		expect(blocking(found)).toEqual([]);
	} finally {
		session.close();
	}
});

it("takes all three over in one batch, each to its own containerd, with an address for every pod and none more", async () => {
	const id = await harness.draft(
		HOSTS.map(({ suite }) => suite),
		"migrate",
	);
	await harness.engine.change.start(id, "tester");
	expect(await harness.ended(id, 540_000)).toBe("done");
	const found = await runtimes();
	for (const { suite, containerd } of HOSTS) {
		expect(found[suite]).toMatch(/^containerd:\/\//);
		expect(found[suite]?.replace("containerd://", "")).toMatch(containerd);
	}
	await fleet.waitRunning("agent", HOSTS.length, 120_000);
	await fleet.waitRunning("web", 3, 120_000);
	for (const node of fleet.nodes) {
		await addressesArePods(node);
		await addressesAreHeld(node);
		const told = await node.must(
			"systemctl show -p Environment containerd.service; systemctl show -p Requires kubelet.service; cat /etc/containerd/config.toml /etc/containerd/certs.d/*/hosts.toml 2>/dev/null; tail -n 2 /var/lib/kubelet/config.yaml",
		);
		expect(told).toContain("Environment=HTTPS_PROXY=http://proxy.example.com:3128");
		expect(told).not.toMatch(/^Requires=.*docker/m);
		expect(told).toContain("https://mirror.example.com");
		expect(told).toMatch(/containerLogMaxSize: 20Mi\ncontainerLogMaxFiles: 3\n$/);
	}
});

it("takes all three back in one batch, byte for byte, and no address is left over", async () => {
	const id = await harness.draft(
		HOSTS.map(({ suite }) => suite),
		"rollback",
	);
	await harness.engine.change.start(id, "tester");
	expect(await harness.ended(id, 540_000)).toBe("done");
	const found = await runtimes();
	for (const { suite, docker } of HOSTS) expect(found[suite]?.replace("docker://", "")).toMatch(docker);
	await fleet.waitRunning("agent", HOSTS.length, 120_000);
	await fleet.waitRunning("web", 3, 120_000);
	for (const node of fleet.nodes) {
		expect(await filesOf(node)).toBe(before.get(node.name));
		await addressesArePods(node);
	}
});
