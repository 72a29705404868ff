/**
 * Real Kubernetes nodes on one Linux machine: systemd-nspawn hosts with systemd, sshd, Docker, containerd and a kubelet
 * with dockershim, beside a real control plane.
 *
 * fleet: the nodes and the control plane of one name, with a bridge and a subnet of their own. host: the container that
 * plays a machine. node: the host as Kubernetes knows it. disk: what survives the host's reboots.
 */
import { randomBytes } from "node:crypto";
import { mkdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { baseRoot, containerdLayer } from "./base-root.ts";
import { etcdBinary, kubernetesBinaries } from "./binaries.ts";
import { cgroupFolders, removeCgroups } from "./cgroups.ts";
import { apiServerUrl, prepareControlPlane, startControlPlane } from "./control-plane.ts";
import { daemonNames, stopDaemon } from "./daemon.ts";
import { diskOf, makeDisk, removeDisk, wrapRunc } from "./disk.ts";
import { startHost, stopHost } from "./host.ts";
import { type FleetImage, fleetImages } from "./images.ts";
import { importImage } from "./import-image.ts";
import { requireInotify } from "./inotify.ts";
import { cacheFolder, DEFAULT_FLEET, type FleetNames, fleetNames, machineName } from "./names.ts";
import { bridgeDown, bridgeUp, subnetsInUse } from "./network.ts";
import { FleetNode, type Kubectl } from "./node.ts";
import { writeNodeFiles } from "./node-files.ts";
import { FleetError, must, type RunOptions } from "./process.ts";
import { ensureRequirements } from "./requirements.ts";
import {
	claimSubnet,
	type FleetState,
	gatewayOf,
	hasNoControllers,
	loadState,
	type NodeState,
	releaseSubnets,
	saveState,
} from "./state.ts";
import { SUITES, type SuiteName } from "./suites.ts";
import { deploy, type PodStatus, pods, type Workload, waitRunning } from "./workloads.ts";

export { crictlArchive } from "./crictl-archive.ts";
export { FleetNode } from "./node.ts";
export { FleetError } from "./process.ts";
export { remains } from "./remains.ts";

export interface NodeSpec {
	/** Default `node1`, `node2`, … */
	name?: string;
	suite?: SuiteName;
	/**
	 * A control plane node as kubeadm 1.20 makes one: label and taint `node-role.kubernetes.io/master`, static pods. All of a fleet's are
	 * the members of one etcd; what they say is an API server is a stand-in.
	 */
	controlPlane?: boolean;
	labels?: Record<string, string>;
}

export interface BringUpOptions {
	/** How many nodes, or what each is to be. 1 to 99. */
	nodes: number | readonly NodeSpec[];
	/** Tells fleets apart; default `gantry`. */
	name?: string;
	/** The Debian release of nodes that name none; its Docker, containerd and systemd come with it. Default `bookworm`. */
	suite?: SuiteName;
	progress?: (line: string) => void;
	/** Each node's disk is a file system of its own, and a power cut loses what was not on it yet. Default: none of the machine's is lost. */
	ownDisks?: boolean;
	/** Leaves everything in place when `bringUp` fails, for a look. */
	keepOnFailure?: boolean;
}

interface Materials {
	kubernetes: string;
	images: FleetImage[];
}

/** A fleet that is up. */
export class Fleet {
	readonly nodes: FleetNode[];

	constructor(
		private readonly state: FleetState,
		private readonly names: FleetNames,
		private readonly materials: Materials,
	) {
		this.nodes = state.nodes.map((node) => new FleetNode(state, names, node, this.kubectl));
	}

	get name(): string {
		return this.names.name;
	}

	get stateDir(): string {
		return this.names.stateDir;
	}

	/** The administrator's kubeconfig, good on this machine and on the nodes. */
	get kubeconfig(): string {
		return join(this.names.stateDir, "admin.conf");
	}

	/** The API server's address, like `https://10.77.10.1:6443`. */
	get apiServer(): string {
		return apiServerUrl(this.state);
	}

	/** This machine's address on the fleet's bridge. */
	get gateway(): string {
		return gatewayOf(this.state);
	}

	/** The private key (OpenSSH format) that every account of every node accepts. */
	get privateKeyPath(): string {
		return join(this.names.stateDir, "keys/id_ed25519");
	}

	/** A whole `known_hosts` file. */
	get knownHosts(): string {
		return this.nodes.map((node) => node.knownHostsLine).join("");
	}

	/** The node of that name. Throws `fleet.no_node`. */
	node(name: string): FleetNode {
		const found = this.nodes.find((node) => node.name === name);
		if (!found) throw new FleetError("fleet.no_node", `no node ${name}; there are ${this.nodes.map((node) => node.name).join(", ")}`);
		return found;
	}

	/** Runs kubectl as administrator and returns its stdout; throws `fleet.command_failed`. */
	readonly kubectl: Kubectl = (args, options: RunOptions = {}) => {
		const own = ["--kubeconfig", this.kubeconfig, "--cache-dir", join(this.names.stateDir, "kubectl-cache")];
		return must(join(this.materials.kubernetes, "kubectl"), [...own, ...args], options);
	};

	/** Applies a workload of busybox pods and waits until its pods run; a DaemonSet's count is the number of nodes. */
	async deploy(workload: Workload, timeoutMs?: number): Promise<PodStatus[]> {
		await deploy(this.kubectl, workload);
		const workers = this.nodes.filter((node) => !node.controlPlane).length;
		const count = workload.kind === "DaemonSet" ? workers : (workload.replicas ?? 1);
		return waitRunning(this.kubectl, workload.name, count, timeoutMs, workload.namespace);
	}

	/** The pods of a workload, or all. */
	pods(name?: string, namespace?: string): Promise<PodStatus[]> {
		return pods(this.kubectl, name, namespace);
	}

	/** Resolves with a workload's pods when exactly `count` exist and all are ready. */
	waitRunning(name: string, count: number, timeoutMs?: number, namespace?: string): Promise<PodStatus[]> {
		return waitRunning(this.kubectl, name, count, timeoutMs, namespace);
	}

	/**
	 * Rebuilds a node from the base: pristine disk, same name, address, host keys and API objects, schedulable, Ready on
	 * Docker. Its pods are started anew by the kubelet. One of several control plane nodes loses its etcd member's data by it, as any
	 * such machine would.
	 */
	async reset(name: string): Promise<void> {
		const spec = this.state.nodes.find((each) => each.name === this.node(name).name) as NodeState;
		await stopHost(this.state, this.names, spec);
		await removeDisk(diskOf(this.names.disksDir, spec.name));
		const since = new Date();
		await this.boot(spec);
		await this.join(spec, since);
		await this.kubectl(["uncordon", name]);
	}

	/** Takes the fleet down and leaves the machine as it was. Idempotent. */
	down(): Promise<void> {
		return down(this.names.name);
	}

	/** Gives the node a fresh disk and starts its host. */
	async boot(spec: NodeState): Promise<void> {
		await makeDisk(diskOf(this.names.disksDir, spec.name), { layers: spec.layers, own: spec.ownDisk ?? false }, async (root) => {
			await wrapRunc(root, { withoutCpu: hasNoControllers(this.state, spec) });
			await writeNodeFiles(this.state, spec, root, this.names.stateDir);
		});
		await startHost(this.state, this.names, spec);
	}

	/** From a booted host to a node that is Ready with its labels and kubeadm's annotation. */
	async join(spec: NodeState, since: Date): Promise<void> {
		const node = this.node(spec.name);
		await node.waitUp(60_000, ["ssh", "containerd", "docker"]);
		for (const image of this.materials.images) if (!image.controlPlane || spec.controlPlane) await importImage(node, image);
		// Only now: a kubelet that finds no images tries to pull them, and then waits for its back-off.
		await node.must("systemctl enable --now kubelet", { timeoutMs: 60_000 });
		await node.waitReady({ since, runtime: "docker://", timeoutMs: 120_000 });
		await this.kubectl(["annotate", "--overwrite", "node", spec.name, "kubeadm.alpha.kubernetes.io/cri-socket=/var/run/dockershim.sock"]);
		const labels = { ...spec.labels, ...(spec.controlPlane ? { "node-role.kubernetes.io/master": "" } : {}) };
		const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
		if (pairs.length > 0) await this.kubectl(["label", "--overwrite", "node", spec.name, ...pairs]);
		if (spec.controlPlane) await this.kubectl(["taint", "--overwrite", "node", spec.name, "node-role.kubernetes.io/master=:NoSchedule"]);
	}
}

/**
 * Brings a fleet up: control plane and nodes, all Ready on Docker. Installs what the machine lacks where it can. Throws a
 * FleetError with the unit that failed and its last lines; then everything is taken down again.
 */
export async function bringUp(options: BringUpOptions): Promise<Fleet> {
	const progress = options.progress ?? (() => {});
	const names = fleetNames(options.name ?? DEFAULT_FLEET);
	if (await loadState(names)) {
		throw new FleetError("fleet.already_up", `the fleet ${names.name} was brought up already, see ${names.stateDir}; take it down first`);
	}
	await ensureRequirements(progress);
	const specs = nodeSpecs(options);
	await requireInotify(specs.length);
	const materials = await gather(progress);
	const layers = await nodeLayers(materials, new Set(specs.map((spec) => spec.suite)), progress);
	try {
		return await build(names, specs, materials, layers, { ownDisks: options.ownDisks ?? false, progress });
	} catch (error) {
		if (!options.keepOnFailure) await down(names.name);
		throw error;
	}
}

/** The fleet of that name that is up; throws `fleet.not_up`. */
export async function attach(name = DEFAULT_FLEET): Promise<Fleet> {
	const { state, names } = await recorded(name);
	if (!state) throw new FleetError("fleet.not_up", `there is no fleet ${name}: no state in ${names.stateDir}`);
	return new Fleet(state, names, await gather(() => {}));
}

/** Takes a fleet down, also one whose `bringUp` crashed: ends its processes, removes its links, cgroups, mounts and folders. Idempotent. */
export async function down(name = DEFAULT_FLEET): Promise<void> {
	const { state, names } = await recorded(name);
	if (state) {
		await Promise.all(
			state.nodes.map(async (node) => {
				await stopHost(state, names, node);
				await removeDisk(diskOf(names.disksDir, node.name));
			}),
		);
	}
	for (const daemon of (await daemonNames(names.stateDir)).reverse()) await stopDaemon(names.stateDir, daemon);
	if (state) await removeCgroups(state.cgroups);
	await bridgeDown(names.bridge);
	await removeDisk({ folder: names.disksDir, root: "", binds: [] });
	await rm(names.stateDir, { recursive: true, force: true });
	await releaseSubnets(name);
	// The last fleet leaves no trace of systemd-nspawn's either; refused while another host runs.
	for (const folder of ["propagate", "locks", ""]) await rmdir(join("/run/systemd/nspawn", folder)).catch(() => undefined);
}

/** The disks lie in the cache that the fleet was brought up with, whatever `GANTRY_CACHE` says today. */
async function recorded(name: string): Promise<{ names: FleetNames; state: FleetState | undefined }> {
	const state = await loadState(fleetNames(name));
	return { state, names: fleetNames(name, state?.cacheDir) };
}

async function build(
	names: FleetNames,
	specs: readonly Required<NodeSpec>[],
	materials: Materials,
	layers: ReadonlyMap<SuiteName, string[]>,
	{ ownDisks, progress }: { ownDisks: boolean; progress: (line: string) => void },
): Promise<Fleet> {
	const subnet = await claimSubnet(names.name, await subnetsInUse());
	const state: FleetState = {
		version: 1,
		name: names.name,
		cacheDir: cacheFolder(),
		subnet,
		cgroups: await cgroupFolders(names.cgroup),
		nodes: specs.map((spec, position) => ({
			...nodeState(names.name, subnet, spec, position + 1, layers.get(spec.suite) ?? []),
			...(ownDisks ? { ownDisk: true } : {}),
		})),
	};
	await saveState(state);
	// A fleet of this name may have left disks behind when the machine itself went down.
	await removeDisk({ folder: names.disksDir, root: "", binds: [] });
	await mkdir(join(names.stateDir, "keys"), { recursive: true, mode: 0o700 });
	await must("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", `fleet ${names.name}`, "-f", join(names.stateDir, "keys/id_ed25519")]);
	await bridgeUp(names.bridge, `${gatewayOf(state)}/24`);
	await prepareControlPlane(state, names.stateDir);

	const fleet = new Fleet(state, names, materials);
	const since = new Date();
	progress(`booting ${state.nodes.length} hosts and the control plane on ${names.bridge} (${gatewayOf(state)}/24)`);
	const programs = { kubernetes: materials.kubernetes, etcd: await etcdBinary(progress) };
	const controlPlane = startControlPlane(state, names.stateDir, programs);
	const hosts = Promise.all(state.nodes.map((node) => fleet.boot(node)));
	await Promise.all([controlPlane, hosts]);
	progress("waiting for the nodes to be Ready");
	await Promise.all(state.nodes.map((node) => fleet.join(node, since)));
	return fleet;
}

async function gather(progress: (line: string) => void): Promise<Materials> {
	return { kubernetes: await kubernetesBinaries(progress), images: await fleetImages(progress) };
}

/** The read-only layers of a node's root by suite, the topmost first. */
async function nodeLayers(
	materials: Materials,
	suites: ReadonlySet<SuiteName>,
	progress: (line: string) => void,
): Promise<Map<SuiteName, string[]>> {
	const layers = new Map<SuiteName, string[]>();
	for (const suite of suites) {
		const { containerdOf } = SUITES[suite];
		const other = containerdOf ? [await containerdLayer(SUITES[containerdOf], progress)] : [];
		layers.set(suite, [join(materials.kubernetes, "node"), ...other, await baseRoot(SUITES[suite], progress)]);
	}
	return layers;
}

function nodeSpecs(options: BringUpOptions): Required<NodeSpec>[] {
	const given: readonly NodeSpec[] = typeof options.nodes === "number" ? Array.from({ length: options.nodes }, () => ({})) : options.nodes;
	if (given.length < 1 || given.length > 99) throw new FleetError("fleet.bad_count", "a fleet has 1 to 99 nodes");
	return given.map((spec, position) => ({
		name: spec.name ?? `node${position + 1}`,
		suite: spec.suite ?? options.suite ?? "bookworm",
		controlPlane: spec.controlPlane ?? false,
		labels: spec.labels ?? {},
	}));
}

function nodeState(fleet: string, subnet: number, spec: Required<NodeSpec>, index: number, layers: string[]): NodeState {
	return {
		...spec,
		index,
		machine: machineName(fleet, index),
		address: `10.77.${subnet}.${index + 10}`,
		podSubnet: `10.244.${index}.0/24`,
		machineId: randomBytes(16).toString("hex"),
		layers,
	};
}
