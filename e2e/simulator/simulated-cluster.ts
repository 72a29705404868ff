import { join } from "node:path";
import { SimulatedApiServer } from "./cluster/api-server.ts";
import { SimulatedCluster } from "./cluster/cluster.ts";
import { SimulatedEtcd } from "./cluster/etcd.ts";
import type { NodeInit } from "./cluster/node-object.ts";
import type { Workload } from "./cluster/workload.ts";
import { clusterSecrets } from "./demo-state.ts";
import { type DiskImage, putDisk } from "./machine/disk-image.ts";
import type { Machine } from "./machine/machine.ts";
import { type NodeLayout, newNode } from "./machine/node.ts";
import type { Profile } from "./machine/profile.ts";
import { NodeSshServer } from "./ssh/server.ts";

/** A step of ten seconds takes two: whoever tries the console waits for less. */
export const DEMO_PACE = 5;

export interface SimulatedNodeSpec {
	name: string;
	profile: Profile;
	layout: NodeLayout;
	/** The node's object, but for what follows from the rest. */
	object: Omit<NodeInit, "name" | "internalIp">;
	/** Free bytes of its disk. Default 60 GiB. */
	freeBytes?: number;
	/** What lies on its disk, in place of what `layout` puts there. */
	disk?: DiskImage;
	/** False: nobody answers at its address, and its kubelet is silent. */
	reachable?: boolean;
}

export interface SimulatedClusterSpec {
	name: string;
	version: string;
	/** First three parts of its addresses on loopback, such as "127.77.1". */
	network: string;
	nodes: SimulatedNodeSpec[];
	workloads: Workload[];
}

export interface RunningNode {
	name: string;
	/** As the API shows it. */
	internalIp: string;
	/** Where its SSH server really listens. */
	sshAddress: string;
	sshPort: number;
	reachable: boolean;
	/** One line of known_hosts; empty where nobody answers. */
	knownHostsLine: string;
	machine: Machine;
	/** Undefined where nobody answers. */
	sshd: NodeSshServer | undefined;
}

export interface RunningCluster {
	name: string;
	/** Text of a kubeconfig with a bearer token. */
	kubeconfig: string;
	server: string;
	nodes: RunningNode[];
	/** Signs in as root on every node; "ops" takes it too and has sudo with `opsPassword`. */
	sshUser: "root";
	sshKey: string;
	opsPassword: string;
	/** Text of a known_hosts file. */
	knownHosts: string;
	cluster: SimulatedCluster;
	etcd: SimulatedEtcd;
	close(): Promise<void>;
}

export interface ClusterStart {
	/** Keys and certificates are kept here. */
	stateDir: string;
	/** Seconds of a node in one of ours. Default 5. */
	pace?: number;
	/** How far the API lags behind a node, in milliseconds. Default 3000. */
	lagMs?: number;
	/** A sleep of a node's takes at least so long, in seconds of the node: a loop that looks often costs that much less. Default 0. */
	leastSleepS?: number;
}

const SSH_PORT = 2222;
const API_PORT = 6443;
const GIB = 1024 ** 3;
const OPS_PASSWORD = "Demo-ops-1";
/** A node was not booted this minute. */
const UP_FOR_S = 12 * 86_400;

/** Boots every node and starts the API. All of it is in this process and on loopback. */
export async function startCluster(spec: SimulatedClusterSpec, start: ClusterStart): Promise<RunningCluster> {
	const apiAddress = `${spec.network}.250`;
	const names = spec.nodes.map(({ name }) => name);
	const secrets = clusterSecrets(join(start.stateDir, "simulator"), spec.name, apiAddress, names);
	const cluster = new SimulatedCluster({ version: spec.version, ...(start.lagMs === undefined ? {} : { lagMs: start.lagMs }) });
	const etcd = new SimulatedEtcd();
	const servers: NodeSshServer[] = [];
	const nodes: RunningNode[] = [];
	await Promise.all(
		spec.nodes.map(async (node, index) => {
			const { name, layout, reachable = true } = node;
			cluster.addNode({ ...node.object, name, internalIp: layout.address });
			const machine = newNode(
				{
					name,
					profile: node.profile,
					accounts: [
						{ user: "root", uid: 0, sudo: "root" },
						{ user: "ops", uid: 1000, sudo: "with-password", password: OPS_PASSWORD },
						{ user: "deploy", uid: 1001, sudo: "without-password" },
						{ user: "guest", uid: 1002, sudo: "none", password: "Demo-guest-1" },
					],
					pace: start.pace ?? DEMO_PACE,
					leastSleepS: start.leastSleepS ?? 0,
					upForS: UP_FOR_S,
					disk: { totalBytes: 100 * GIB, freeBytes: node.freeBytes ?? 60 * GIB },
					pods: cluster,
				},
				layout,
			);
			if (node.disk) putDisk(machine, node.disk);
			if (layout.controlPlane?.some(({ component }) => component === "etcd")) etcd.join(machine, layout.address);
			const address = `${spec.network}.${index + 1}`;
			if (!reachable) {
				nodes.push({
					name,
					internalIp: layout.address,
					sshAddress: address,
					sshPort: SSH_PORT,
					reachable,
					knownHostsLine: "",
					machine,
					sshd: undefined,
				});
				return;
			}
			const hostKey = secrets.hostKeys[name];
			if (!hostKey) throw new Error(`no host key for ${name}`);
			await machine.boot();
			const server = await NodeSshServer.listen(machine, {
				address,
				port: SSH_PORT,
				hostKey,
				authorizedKeys: [secrets.clientKey.keyBase64],
			});
			servers.push(server);
			const { port, knownHostsLine } = server;
			nodes.push({
				name,
				internalIp: layout.address,
				sshAddress: address,
				sshPort: port,
				reachable,
				knownHostsLine,
				machine,
				sshd: server,
			});
		}),
	);
	nodes.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
	for (const workload of spec.workloads) cluster.addWorkload(workload);
	const api = await SimulatedApiServer.listen(cluster, {
		address: apiAddress,
		port: API_PORT,
		certificate: secrets.server,
		token: secrets.token,
	});
	return {
		name: spec.name,
		kubeconfig: kubeconfig(spec.name, api.url, secrets.authority, secrets.token),
		server: api.url,
		nodes,
		sshUser: "root",
		sshKey: secrets.clientKey.privateKey,
		opsPassword: OPS_PASSWORD,
		knownHosts: nodes.map(({ knownHostsLine }) => knownHostsLine).join(""),
		cluster,
		etcd,
		close: async () => {
			await api.close();
			cluster.close();
			await Promise.all(servers.map((server) => server.close()));
			await Promise.all(nodes.filter(({ reachable }) => reachable).map(({ machine }) => machine.powerOff()));
		},
	};
}

function kubeconfig(name: string, server: string, authority: string, token: string): string {
	return `apiVersion: v1
kind: Config
clusters:
- name: ${name}
  cluster:
    server: ${server}
    certificate-authority-data: ${Buffer.from(authority).toString("base64")}
users:
- name: admin
  user:
    token: ${token}
contexts:
- name: ${name}
  context:
    cluster: ${name}
    user: admin
current-context: ${name}
`;
}
