import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { RunningCluster } from "../../e2e/simulator/simulated-cluster.ts";
import { archiveViewSchema } from "../../lib/contracts/archive.ts";
import { type CredentialInput, credentialAnswerSchema } from "../../lib/contracts/credential.ts";
import { hostKeyScanSchema } from "../../lib/contracts/host-key.ts";
import { createdSchema } from "../../lib/contracts/id.ts";
import { type NodeView, nodeListSchema, probeResultSchema } from "../../lib/contracts/node.ts";
import type { Api } from "./api.ts";

const NODES_MS = 30_000;

/** Takes a simulated cluster into the console's inventory as a person would: API, SSH, host keys by known_hosts, a first probe. */
export async function addCluster(api: Api, cluster: RunningCluster): Promise<void> {
	const input = { name: cluster.name, kubeconfig: cluster.kubeconfig };
	const { id } = await api.call("/clusters", createdSchema.loose(), { method: "POST", body: input });
	const credential: CredentialInput = {
		user: cluster.sshUser,
		auth: { kind: "key", privateKey: cluster.sshKey },
		privilege: { kind: "root" },
	};
	await api.call(`/clusters/${id}/credential`, credentialAnswerSchema.loose(), { method: "PUT", body: credential });
	const nodes = await nodesOf(api, id, cluster.nodes.length);
	for (const node of nodes) {
		const simulated = cluster.nodes.find(({ name }) => name === node.name);
		// What the API says is an address of the story; the simulator listens on loopback.
		if (simulated)
			await api.tell(`/nodes/${node.id}`, { method: "PATCH", body: { address: simulated.sshAddress, port: simulated.sshPort } });
	}
	const nodeIds = nodes.map((node) => node.id);
	const scan = { nodeIds, knownHosts: cluster.knownHosts };
	const { scanId } = await api.call("/host-keys/scan", hostKeyScanSchema, { method: "POST", body: scan });
	await api.call(`/host-keys/scan/${scanId}/accept-matches`, hostKeyScanSchema, { method: "POST", body: {} });
	await api.call("/nodes/probe", probeResultSchema, { method: "POST", body: { nodeIds } });
}

/** Uploads an archive such as cri-tools publishes. The program in it is a stand-in: simulated nodes bring their own. */
export async function uploadCrictl(api: Api): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), "gantry-crictl-"));
	try {
		await writeFile(join(folder, "crictl"), "#!/bin/sh\n# crictl STAND-IN of the demo. Not cri-tools.\necho 'crictl version v1.20.0'\n", {
			mode: 0o755,
		});
		const { status, stderr } = spawnSync("tar", ["-czf", "crictl.tar.gz", "crictl"], { cwd: folder, encoding: "utf8" });
		if (status !== 0) throw new Error(`tar failed: ${stderr}`);
		const body = await readFile(join(folder, "crictl.tar.gz"));
		await api.call("/archives?fileName=crictl-v1.20.0-linux-amd64.tar.gz", archiveViewSchema, { method: "POST", body });
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** The cluster's nodes once the console has read them all from its API. */
async function nodesOf(api: Api, clusterId: string, count: number): Promise<NodeView[]> {
	const deadline = performance.now() + NODES_MS;
	for (;;) {
		const { nodes } = await api.call(`/nodes?clusterId=${clusterId}`, nodeListSchema);
		if (nodes.length === count) return nodes;
		if (performance.now() > deadline) throw new Error(`the console sees ${nodes.length} of ${count} nodes`);
		await pause(200);
	}
}
