import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { policySchema } from "../../../lib/contracts/plan.ts";
import { runDir } from "../../../server/plan/layout.ts";
import type { AcceptedHostKey } from "../../../server/ssh/session.ts";
import type { Fleet, FleetNode } from "../../fleet/fleet.ts";
import { sshTarget } from "../../fleet/node-run.ts";
import { ConsoleProcess } from "../console/console-process.ts";
import { DatabaseFile } from "../console/database-file.ts";
import { Link } from "../console/link.ts";
import { CONSOLE, type Stage } from "../console/stage.ts";
import { MarkerWatch, type Passed } from "../moments.ts";

const PERSON = { id: "p1", name: "ann" };
/** How often a run's log on the node's disk is looked at for a boundary, milliseconds. */
const LOOK_MS = 40;
const SSH_PORT = 22;
/** A pod that its kubelet (1.20) reports gone late holds its drain up for minutes. */
const DRAIN_LIMIT_S = 420;

let databases = 0;

/** One real node of a fleet, consoles beside it, and the lines between them. Several worlds of one fleet may exist at once, each with its node. */
export class RealWorld implements Stage {
	onPassed: (passed: Passed) => Promise<void> = async () => {};
	console: ConsoleProcess;
	readonly consoles: ConsoleProcess[] = [];
	/** The runs' folder is a file system of its own, which only the host sees. */
	ownDisk = false;
	/** Host keys that a person has accepted since. */
	accepted: AcceptedHostKey[] | null = null;
	readonly #databases: DatabaseFile[] = [];
	readonly #markers = new MarkerWatch();
	readonly #watched = new Map<string, number>();
	#watching: NodeJS.Timeout | undefined;
	#looking = false;

	private constructor(
		readonly fleet: Fleet,
		readonly node: FleetNode,
		private readonly folder: string,
		private readonly kubeconfig: string,
		public database: DatabaseFile,
		readonly sshLink: Link,
		readonly apiLink: Link,
	) {
		this.#databases.push(database);
		this.console = this.open(database, CONSOLE);
		this.#watching = setInterval(() => void this.#look(), LOOK_MS);
	}

	static async start(fleet: Fleet, node: FleetNode, folder: string): Promise<RealWorld> {
		const kubeconfig = await readFile(fleet.kubeconfig, "utf8");
		const { hostname, port } = new URL(fleet.apiServer);
		const apiLink = await Link.open({ address: hostname, port: Number(port) });
		const sshLink = await Link.open({ address: node.address, port: SSH_PORT });
		// The certificate names the server by its own address.
		const through = kubeconfig.replace(
			/^(\s*)server: .*$/m,
			(_, indent: string) => `${indent}server: https://${apiLink.address}:${apiLink.port}\n${indent}tls-server-name: ${hostname}`,
		);
		return new RealWorld(fleet, node, folder, through, await openDatabase(folder, node.name), sshLink, apiLink);
	}

	open(database: DatabaseFile, consoleId: string, { shared = false }: { shared?: boolean } = {}): ConsoleProcess {
		const target = () => this.#way();
		const process = new ConsoleProcess({
			db: database.db,
			consoleId,
			kubeconfig: this.kubeconfig,
			target,
			sharedDatabase: shared,
			onStep: (passed) => this.onPassed(passed),
		});
		this.consoles.push(process);
		return process;
	}

	replaceDatabase(database: DatabaseFile): void {
		this.database = database;
		this.#databases.push(database);
	}

	async openStranger(consoleId: string): Promise<{ process: ConsoleProcess; database: DatabaseFile }> {
		const database = await openDatabase(this.folder, this.node.name);
		this.#databases.push(database);
		return { process: this.open(database, consoleId), database };
	}

	async draft(process: ConsoleProcess, direction: "migrate" | "rollback"): Promise<string> {
		return process.engine.planning.draft({
			clusterId: this.database.clusterId,
			direction,
			nodeIds: [this.node.name],
			// As many cases as there are nodes go on at once in one cluster, and each counts the nodes of the others.
			policy: policySchema.parse({ installCrictl: false, maxUnavailable: this.fleet.nodes.length, drain: { timeoutS: DRAIN_LIMIT_S } }),
			reason: "",
			ticket: "",
			withoutApi: false,
			person: PERSON,
		});
	}

	async #way() {
		const target = await sshTarget(this.node);
		return { ...target, address: this.sshLink.address, port: this.sshLink.port, hostKeys: this.accepted ?? target.hostKeys };
	}

	/** Boundaries that the node's scripts pass are read from their log, where it lies on the node's disk: by no way that a fault cuts. */
	async #look(): Promise<void> {
		if (this.#looking) return;
		this.#looking = true;
		try {
			for (const passed of await this.#passed()) await this.onPassed(passed);
		} finally {
			this.#looking = false;
		}
	}

	async #passed(): Promise<Passed[]> {
		const found: Passed[] = [];
		try {
			const runs = await this.database.db.run.findMany({ where: { startedAt: { not: null }, endedAt: null }, select: { id: true } });
			for (const { id } of runs) found.push(...this.#take(id, await this.#read(id)));
		} catch {
			// A database that a fault has locked or filled says nothing for a while, nor does a node that is off.
		}
		return found;
	}

	/** What was written since the last look, a byte a character. */
	async #read(runId: string): Promise<string> {
		if (this.ownDisk) return this.#readInside(runId);
		const file = join(this.node.root, runDir(runId), "log");
		const size = await stat(file).then(
			(found) => found.size,
			() => 0,
		);
		const from = this.#watched.get(runId) ?? 0;
		if (size <= from) return "";
		const bytes = await readFile(file);
		return bytes.subarray(from).toString("latin1");
	}

	async #readInside(runId: string): Promise<string> {
		const from = this.#watched.get(runId) ?? 0;
		const { stdout } = await this.node.exec(`tail -c +${from + 1} ${runDir(runId)}/log 2>/dev/null | base64`);
		return Buffer.from(stdout, "base64").toString("latin1");
	}

	/** What is not yet a whole line is read with the rest of it. */
	#take(runId: string, text: string): Passed[] {
		const whole = text.slice(0, text.lastIndexOf("\n") + 1);
		this.#watched.set(runId, (this.#watched.get(runId) ?? 0) + whole.length);
		return whole.split("\n").flatMap((line) => this.#markers.read(line) ?? []);
	}

	async close(): Promise<void> {
		this.onPassed = async () => {};
		clearInterval(this.#watching);
		for (const process of this.consoles) process.kill();
		await Promise.all([this.sshLink.close(), this.apiLink.close()]);
		await Promise.all(this.#databases.map((database) => database.close()));
	}
}

function openDatabase(folder: string, node: string): Promise<DatabaseFile> {
	databases += 1;
	return DatabaseFile.open(folder, `console${databases}`, [node]);
}
