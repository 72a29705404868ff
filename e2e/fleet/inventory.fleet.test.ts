import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { CredentialInput } from "../../lib/contracts/inventory.ts";
import { policySchema } from "../../lib/contracts/plan.ts";
import { Archives } from "../../server/inventory/archives.ts";
import { Clusters } from "../../server/inventory/clusters.ts";
import { ClusterConnections } from "../../server/inventory/connections.ts";
import { Credentials } from "../../server/inventory/credentials.ts";
import { HostKeys } from "../../server/inventory/host-keys.ts";
import { sessionsOf } from "../../server/inventory/node-access.ts";
import { Nodes } from "../../server/inventory/nodes.ts";
import { Probes } from "../../server/inventory/probes.ts";
import { NodeRefresher } from "../../server/inventory/refresher.ts";
import { inventory, PERSON, silent } from "../../server/inventory/testing/inventory.ts";
import { SshPool } from "../../server/ssh/pool.ts";
import { crictlArchive } from "./crictl-archive.ts";
import type { Fleet, FleetNode } from "./fleet.ts";
import { sharedFleet } from "./shared-fleet.ts";

let fleet: Fleet;
let node: FleetNode;
let privateKey: string;
let kubeconfig: string;

beforeAll(async () => {
	fleet = await sharedFleet();
	const first = fleet.nodes[0];
	if (!first) throw new Error("the fleet has no node");
	node = first;
	privateKey = await readFile(node.ssh.privateKeyPath, "utf8");
	kubeconfig = await readFile(fleet.kubeconfig, "utf8");
});

afterAll(() => fleet.kubectl(["uncordon", node.name]));

/** The inventory as the console puts it together. */
async function house() {
	const { db, hub, seal, audit } = await inventory();
	const pool = new SshPool();
	const connections = new ClusterConnections(db, seal);
	onTestFinished(async () => {
		await pool.drain({ timeoutMs: 1_000 });
		connections.close();
	});
	const credentials = new Credentials({ db, seal, hub, pool });
	const archives = new Archives({ db, hub });
	const session = sessionsOf(pool, credentials);
	return {
		credentials,
		archives,
		session,
		clusters: new Clusters({ db, seal, hub, pool, connections }),
		nodes: new Nodes({ db, hub, pool }),
		hostKeys: new HostKeys({ db, credentials, audit, hub, pool }),
		probes: new Probes({ db, hub, connections, session, consoleId: "fleet", crictlArchives: () => archives.versions() }),
		refresher: new NodeRefresher({ db, connections, hub, pool, log: silent }),
	};
}

const access = (change = {}) => ({ name: "fleet", kubeconfig, context: null, serverOverride: null, tlsServerName: null, ...change });
const byKey = (change: Partial<CredentialInput> = {}): CredentialInput => ({
	user: "ops",
	port: 22,
	auth: { kind: "key", privateKey },
	privilege: "sudo-password",
	sudoPassword: node.ssh.accounts.ops.password,
	jump: null,
	...change,
});

async function withNodes() {
	const parts = await house();
	const { id: clusterId } = await parts.clusters.create(access());
	await parts.refresher.refresh(clusterId);
	const view = (await parts.nodes.list({ clusterId })).find((one) => one.name === node.name);
	return { ...parts, clusterId, nodeId: view?.id ?? "" };
}

it("takes a cluster in only by an access that works", async () => {
	const { clusters } = await house();
	await expect(clusters.create(access({ tlsServerName: "wrong.example" }))).rejects.toMatchObject({
		code: "cluster.tls-name-mismatch",
		values: { expected: "wrong.example" },
	});
	await expect(clusters.create(access({ serverOverride: `https://${node.address}:1` }))).rejects.toMatchObject({ code: "cluster.refused" });
	expect(await clusters.list()).toEqual([]);
	expect(await clusters.create(access())).toMatchObject({
		hasApi: true,
		apiState: { ok: true, version: expect.stringMatching(/^v[01]\.\d+/) },
	});
});

it("shows its nodes as kubectl does, and which are out", async () => {
	const { nodes, refresher, clusterId } = await withNodes();
	const columns = (await fleet.kubectl(["get", "node", node.name, "-o", "wide", "--no-headers"])).trim().split(/\s{2,}/);
	const view = (await nodes.list()).find((one) => one.name === node.name);
	expect(columns.filter((_, index) => index !== 3)).toEqual([
		view?.name,
		view?.api?.status,
		view?.api?.roles.join(",") || "<none>",
		view?.api?.version,
		view?.api?.internalIp,
		view?.api?.externalIp || "<none>",
		view?.api?.osImage,
		view?.api?.kernelVersion,
		view?.runtimeText,
	]);
	expect(await refresher.unavailableNodes(clusterId)).toEqual(new Set());
	await fleet.kubectl(["cordon", node.name]);
	await refresher.refresh(clusterId);
	expect(await refresher.unavailableNodes(clusterId)).toEqual(new Set([node.name]));
	await fleet.kubectl(["uncordon", node.name]);
});

it("reaches a node once its host key was accepted, by key and sudo, and reads its facts", async () => {
	const { credentials, hostKeys, probes, nodes, archives, clusterId, nodeId } = await withNodes();
	const archive = await crictlArchive();
	await archives.upload({
		fileName: "crictl-v1.20.0-linux-amd64.tar.gz",
		bytes: createReadStream(archive.path),
		expectedSha256: archive.archiveSha256,
		uploadedBy: "Ann",
	});
	expect((await archives.byArchitecture()).get("amd64")?.[0]?.binarySha256).toBe(archive.binarySha256);
	await credentials.set({ clusterId }, byKey());
	expect((await probes.probeNode(nodeId)).error?.code).toBe("ssh.host-key.unknown");
	const scan = await hostKeys.scan([nodeId], { knownHosts: node.knownHostsLine });
	expect(scan.keys.filter((key) => key.knownHosts === "match").map((key) => key.algorithm)).toEqual(["ssh-ed25519", "ecdsa-sha2-nistp256"]);
	await hostKeys.acceptMatches(scan.id, node.knownHostsLine, PERSON);
	const { facts, error } = await probes.probeNode(nodeId);
	expect(error).toBeNull();
	expect(facts?.kubelet.runtime).toBe("dockershim");
	expect(await nodes.get(nodeId)).toMatchObject({ runtime: "dockershim", hostKey: "accepted", controlPlane: false, probeError: null });
	const api = await probes.apiNode(nodeId);
	expect(api).toMatchObject({ name: node.name, ready: "True", bootId: facts?.host.bootId, mirrorPodComponents: [] });
	const blocking = (await probes.findingsFor(nodeId, policySchema.parse({}), "migrate"))?.filter((finding) => finding.severity === "block");
	expect(blocking).toEqual([]);
});

it("reaches it through a jump host, and says of a wrong credential what is wrong", async () => {
	const { credentials, hostKeys, probes, session, clusterId, nodeId } = await withNodes();
	// The node is its own jump host: one address, two sign-ins.
	const jump = { address: node.address, port: 22, user: "root", auth: { kind: "key" as const, privateKey } };
	await credentials.set({ clusterId }, byKey({ user: "deploy", privilege: "sudo", jump }));
	const scan = await hostKeys.scan([nodeId], { knownHosts: node.knownHostsLine });
	expect(scan.failures).toMatchObject([{ error: { code: "host-keys.jump-first" } }]);
	await hostKeys.acceptMatches(scan.id, node.knownHostsLine, PERSON);
	expect(await probes.probeNode(nodeId)).toMatchObject({ error: null });
	expect((await session(nodeId).run("id -un", { timeoutMs: 20_000, privileged: false })).stdout.toString()).toBe("deploy\n");
	const outcome = async (input: CredentialInput) => {
		await credentials.set({ nodeId }, input);
		return (await probes.probeNode(nodeId)).error?.code ?? null;
	};
	expect(await outcome(byKey({ auth: { kind: "password", password: "wrong" } }))).toBe("ssh.authentication.refused");
	expect(await outcome(byKey({ sudoPassword: "wrong" }))).toBe("ssh.privilege.wrong-password");
	expect(await outcome(byKey({ user: node.ssh.accounts.guest.user, privilege: "sudo" }))).toMatch(/^ssh\.privilege\./);
	expect(await outcome(byKey())).toBeNull();
});
