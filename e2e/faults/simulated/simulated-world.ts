import { policySchema } from "../../../lib/contracts/plan.ts";
import { parseKnownHosts } from "../../../server/ssh/known-hosts.ts";
import type { AcceptedHostKey, SshTarget } from "../../../server/ssh/session.ts";
import { type DiskImage, diskImage } from "../../simulator/machine/disk-image.ts";
import { type RunningCluster, type RunningNode, startCluster } from "../../simulator/simulated-cluster.ts";
import { ConsoleProcess } from "../console/console-process.ts";
import { DatabaseFile } from "../console/database-file.ts";
import { Link } from "../console/link.ts";
import { CONSOLE, type Stage } from "../console/stage.ts";
import { MarkerWatch, type Passed } from "../moments.ts";
import type { Shape } from "../shape.ts";
import { setting, stateFolder } from "./setting.ts";

/** Signs in with a key, and needs its password for sudo. */
export const OPS = "ops";
const HASH = "#".charCodeAt(0);
const READY_ROUNDS = 200;
/** Shorter limits than the defaults: what waits for them waits as long as it computes. */
const POLICY = { installCrictl: false, drain: { timeoutS: 300 }, apiOutageS: 300 };
const PERSON = { id: "p1", name: "ann" };
/** Often enough for all that is not announced, and a fifth of what the console's own pace computes. */
const LOOK_EVERY_MS = 5_000;
/** Of the nodes: their scripts look twenty times in a second otherwise. */
const LEAST_SLEEP_S = 0.5;
let databases = 0;

/** A world to begin with: what its nodes have on their disks, what the API has on record of them, and what the console has. */
export interface Remains {
	disks: ReadonlyMap<string, DiskImage>;
	annotations: ReadonlyMap<string, Record<string, string>>;
	databaseFile: string;
}

/** A simulated cluster, a console beside it, and the lines between them. */
export class SimulatedWorld implements Stage {
	onPassed: (passed: Passed) => Promise<void> = async () => {};
	/** Called for every write to the disk of the node that goes over. */
	onWrite: () => void = () => {};
	/** The one that people use; the last of `consoles` unless a frozen one is back. */
	console: ConsoleProcess;
	/** Every process of the first console that ever ran here, in order. */
	readonly consoles: ConsoleProcess[] = [];
	/** Who the consoles sign in as. */
	signInAs: "root" | typeof OPS = "root";
	/** Host keys that a person has accepted since, by the node's name. */
	readonly accepted = new Map<string, AcceptedHostKey[]>();
	readonly #databases: DatabaseFile[] = [];
	/** The node that goes over. */
	readonly target: RunningNode;

	private constructor(
		readonly running: RunningCluster,
		readonly database: DatabaseFile,
		readonly links: ReadonlyMap<string, Link>,
		readonly apiLink: Link,
	) {
		const [target] = running.nodes;
		if (!target) throw new Error("a cluster has a node");
		this.target = target;
		for (const node of running.nodes) {
			const markers = new MarkerWatch();
			node.machine.disk.onWrite = (bytes) => {
				if (node === target) this.onWrite();
				const passed = bytes[0] === HASH ? markers.read(bytes.toString("latin1")) : undefined;
				return passed && this.onPassed(passed);
			};
		}
		this.#databases.push(database);
		this.console = this.open(database, CONSOLE);
	}

	/** With `remains`, as another world left it that was switched off. */
	static async start(shape: Shape, remains?: Remains): Promise<SimulatedWorld> {
		const spec = setting(shape);
		if (remains) {
			for (const node of spec.nodes) {
				const disk = remains.disks.get(node.name);
				if (disk) node.disk = disk;
				node.object.annotations = { ...remains.annotations.get(node.name) };
			}
		}
		const running = await startCluster(spec, { stateDir: stateFolder, pace: 1, leastSleepS: LEAST_SLEEP_S });
		const names = spec.nodes.map(({ name }) => name);
		const database = await openDatabase(names, remains?.databaseFile);
		const links = new Map<string, Link>();
		for (const { name, sshAddress, sshPort } of running.nodes) links.set(name, await Link.open({ address: sshAddress, port: sshPort }));
		const { hostname, port } = new URL(running.server);
		const world = new SimulatedWorld(running, database, links, await Link.open({ address: hostname, port: Number(port) }));
		await world.ready();
		return world;
	}

	/** A console's process, as it begins. */
	open(database: DatabaseFile, consoleId: string, { shared = false } = {}): ConsoleProcess {
		const { server, kubeconfig } = this.running;
		const process = new ConsoleProcess({
			db: database.db,
			consoleId,
			kubeconfig: kubeconfig.replace(server, `https://${this.apiLink.address}:${this.apiLink.port}`),
			target: (name) => this.way(name),
			sharedDatabase: shared,
			lookEveryMs: LOOK_EVERY_MS,
			onStep: (passed) => this.onPassed(passed),
		});
		this.consoles.push(process);
		return process;
	}

	/** A console that shares nothing with the first but the nodes. */
	async openStranger(consoleId: string): Promise<{ process: ConsoleProcess; database: DatabaseFile }> {
		const database = await openDatabase(this.running.nodes.map(({ name }) => name));
		this.#databases.push(database);
		return { process: this.open(database, consoleId), database };
	}

	/** Plans the node that goes over; gives the migration's id. */
	draft(process: ConsoleProcess, direction: "migrate" | "rollback"): Promise<string> {
		return process.engine.planning.draft({
			clusterId: this.database.clusterId,
			direction,
			nodeIds: [this.target.name],
			policy: policySchema.parse(POLICY),
			reason: "",
			ticket: "",
			withoutApi: false,
			person: PERSON,
		});
	}

	private way(name: string): SshTarget {
		const node = this.running.nodes.find((each) => each.name === name);
		const link = this.links.get(name);
		if (!node || !link) throw new Error(`no node ${name}`);
		const known = parseKnownHosts(node.knownHostsLine).map(({ algorithm, keyBase64 }) => ({ algorithm, keyBase64 }));
		return {
			address: link.address,
			port: link.port,
			user: this.signInAs,
			auth: { kind: "key", privateKey: this.running.sshKey },
			privilege: this.signInAs === OPS ? { kind: "sudo", password: this.running.opsPassword } : { kind: "root" },
			hostKeys: this.accepted.get(name) ?? known,
		};
	}

	/** Every node is Ready and every pod runs. */
	private async ready(): Promise<void> {
		for (let round = 0; round < READY_ROUNDS; round++) {
			const { nodes, pods } = this.running.cluster;
			const ready = [...nodes.values()].every((node) =>
				node.status.conditions.some(({ type, status }) => type === "Ready" && status === "True"),
			);
			const begun = [...pods.values()].every((pod) => pod.mirror || pod.report?.containers.every(({ running }) => running));
			if (ready && begun && pods.size > nodes.size) return;
			await new Promise((resolve) => setTimeout(resolve, 500));
		}
		throw new Error("the simulated cluster does not become ready");
	}

	/** Closes it, and gives what is left of it. */
	async remains(): Promise<Remains> {
		const { nodes, cluster } = this.running;
		await this.close();
		return {
			disks: new Map(nodes.map(({ name, machine }) => [name, diskImage(machine)])),
			annotations: new Map([...cluster.nodes.values()].map(({ metadata }) => [metadata.name, metadata.annotations])),
			databaseFile: this.database.file,
		};
	}

	async close(): Promise<void> {
		this.onPassed = async () => {};
		for (const process of this.consoles) process.kill();
		await Promise.all([...this.links.values(), this.apiLink].map((link) => link.close()));
		await this.running.close();
		await Promise.all(this.#databases.map((database) => database.close()));
	}
}

function openDatabase(names: readonly string[], copyOf?: string): Promise<DatabaseFile> {
	databases += 1;
	return DatabaseFile.open(stateFolder, `console${databases}`, names, copyOf);
}
