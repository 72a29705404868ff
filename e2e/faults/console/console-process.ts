import pino from "pino";
import { AuditLog } from "../../../server/audit/audit.ts";
import type { Db } from "../../../server/db/client.ts";
import { Engine } from "../../../server/engine/engine.ts";
import { EventHub } from "../../../server/events/hub.ts";
import { originalAnnotation } from "../../../server/inventory/original-annotation.ts";
import type { ClusterApi } from "../../../server/kubernetes/cluster-api.ts";
import { parseKubeconfig } from "../../../server/kubernetes/kubeconfig.ts";
import { openCluster } from "../../../server/kubernetes/open-cluster.ts";
import { storedLog } from "../../../server/logs/read.ts";
import type { ApiNode } from "../../../server/preflight/api-node.ts";
import { parseProbe } from "../../../server/probe/parse.ts";
import { probeScript } from "../../../server/probe/script.ts";
import { SshPool } from "../../../server/ssh/pool.ts";
import type { NodeSession, SshTarget } from "../../../server/ssh/session.ts";
import type { Passed } from "../moments.ts";
import { isRecord } from "../record.ts";
import { Gate } from "./gate.ts";

export interface ConsoleOptions {
	db: Db;
	consoleId: string;
	kubeconfig: string;
	target(nodeId: string): SshTarget | Promise<SshTarget>;
	/** Other processes carry runs of the same database. */
	sharedDatabase?: boolean;
	/** How often it looks for what nobody announced, in milliseconds; default as the console does. */
	lookEveryMs?: number;
	/** Told of the boundaries of what the console does itself, before the record of an end and after that of a beginning. */
	onStep(passed: Passed): Promise<void>;
}

/**
 * The console as far as migrations go, as one process that can die, freeze and be told to go: the engine, its way to the nodes, its
 * way to the cluster, its way to the database. Everything passes one gate.
 */
export class ConsoleProcess {
	readonly engine: Engine;
	readonly audit: AuditLog;
	readonly #gate = new Gate();
	readonly #pool = new SshPool();
	readonly #api: ClusterApi;
	/** Leases that it has written by. */
	readonly #held = new Set<string>();
	/** Those that it held when it froze, once it goes on. */
	#stale: ReadonlySet<string> = new Set();
	/** What it wrote by a lease that somebody else must have taken over while it was frozen. */
	readonly staleWrites: string[] = [];

	constructor(options: ConsoleOptions) {
		this.#api = openCluster(parseKubeconfig(options.kubeconfig));
		const db = gatedDatabase(options.db, this.#gate, options.onStep, (write) => this.#wrote(write));
		const api = gatedCluster(this.#api, this.#gate);
		const session = (nodeId: string) =>
			gatedSession(
				this.#pool.session(nodeId, async () => options.target(nodeId)),
				this.#gate,
			);
		const hub = new EventHub();
		this.audit = new AuditLog(db, hub);
		this.engine = new Engine({
			db,
			hub,
			log: pino({ level: process.env["GANTRY_LOG_LEVEL"] ?? "silent" }),
			consoleId: options.consoleId,
			now: () => new Date(),
			audit: this.audit,
			...(options.sharedDatabase ? { sharedDatabase: true } : {}),
			...(options.lookEveryMs === undefined ? {} : { lookEveryMs: options.lookEveryMs }),
			unavailableNodes: async () => {
				try {
					return new Set((await api.listNodes()).filter((node) => node.ready !== "True" || node.unschedulable).map((node) => node.name));
				} catch {
					return null;
				}
			},
			executor: {
				session,
				cluster: async () => api,
				crictlArchive: async () => null,
				storedLog: (runId, generation, from) => storedLog(db, runId, generation, from),
				secrets: async () => [],
				originalAnnotation: (runId) => originalAnnotation(db, runId),
				ended: () => {},
			},
			planning: {
				probe: async (nodeId, files) => parseProbe((await session(nodeId).run(probeScript({ files }), { timeoutMs: 60_000 })).stdout),
				apiNode: (nodeId) => apiNodeOf(api, nodeId),
				crictl: async () => new Map(),
			},
		});
		this.engine.start();
	}

	/** SIGKILL: it does nothing more, and the kernel closes its connections. */
	kill(): void {
		this.#gate.kill();
		// What the process had in memory is gone: nothing waits for its calls.
		void this.#pool.drain({ timeoutMs: 0 });
		this.#api.close();
	}

	/** SIGTERM. Gives the milliseconds that it took. */
	async stop(): Promise<number> {
		const begun = performance.now();
		await this.engine.stop();
		const tookMs = performance.now() - begun;
		this.kill();
		return tookMs;
	}

	/** SIGSTOP: it does nothing, and its connections stay. */
	freeze(): void {
		this.#gate.freeze();
	}

	/** SIGCONT. */
	thaw(): void {
		if (!this.#gate.frozen) return;
		this.#stale = new Set(this.#held);
		this.#gate.thaw();
	}

	#wrote({ leaseId, what }: LeasedWrite): void {
		this.#held.add(leaseId);
		if (this.#stale.has(leaseId)) this.staleWrites.push(what);
	}
}

/** A write that its lease allowed. */
interface LeasedWrite {
	leaseId: string;
	what: string;
}

function gatedDatabase(db: Db, gate: Gate, onStep: (passed: Passed) => Promise<void>, onLeasedWrite: (write: LeasedWrite) => void): Db {
	const extended = db.$extends({
		query: {
			$allModels: {
				async $allOperations({ model, operation, args, query }) {
					const step = model === "Run" && operation === "update" ? consoleStepIn(args) : undefined;
					await gate.pass();
					if (step?.edge === "end") await onStep(step);
					const result: unknown = await gate.run(() => query(args));
					const leaseId = model === "Run" && /^update/.test(operation) ? leaseIn(args) : undefined;
					const changed = !isRecord(result) || result["count"] !== 0;
					if (leaseId !== undefined && changed) onLeasedWrite({ leaseId, what: JSON.stringify(args) });
					if (step?.edge === "begin") await onStep(step);
					await gate.pass();
					return result;
				},
			},
		},
	});
	// The same methods; the type differs in what nobody here uses.
	return extended as unknown as Db;
}

function leaseIn(args: unknown): string | undefined {
	const where = isRecord(args) ? args["where"] : undefined;
	const leaseId = isRecord(where) ? where["leaseId"] : undefined;
	return typeof leaseId === "string" ? leaseId : undefined;
}

/** The step of the console's own that an update of a run's row writes; undefined where it writes none. */
function consoleStepIn(args: unknown): Passed | undefined {
	const { where, data } = isRecord(args) ? args : {};
	const steps = isRecord(data) && isRecord(data["steps"]) ? data["steps"]["upsert"] : undefined;
	const made = isRecord(steps) ? steps["create"] : undefined;
	const runId = isRecord(where) ? where["id"] : undefined;
	if (!isRecord(made) || made["where"] !== "console" || typeof runId !== "string") return undefined;
	return { runId, step: String(made["stepId"]), edge: made["state"] === "running" ? "begin" : "end", where: "console" };
}

function gatedSession(session: NodeSession, gate: Gate): NodeSession {
	return {
		get label() {
			return session.label;
		},
		get open() {
			return session.open;
		},
		run: (script, options) => {
			const { onStdout } = options;
			const seen = onStdout ? { onStdout: (bytes: Buffer) => gate.run(async () => onStdout(bytes)) } : {};
			return gate.run(() => session.run(script, { ...options, ...seen }));
		},
		upload: (path, bytes, options) => gate.run(() => session.upload(path, bytes, options)),
		close: () => session.close(),
	};
}

function gatedCluster(api: ClusterApi, gate: Gate): ClusterApi {
	return new Proxy(api, {
		get(target, name) {
			const value: unknown = Reflect.get(target, name, target);
			if (typeof value !== "function" || name === "close") return value;
			return (...args: unknown[]) => gate.run(async () => Reflect.apply(value, target, args));
		},
	});
}

async function apiNodeOf(cluster: ClusterApi, name: string): Promise<ApiNode> {
	const { labels, annotations, unschedulable, ready, version, containerRuntime } = await cluster.getNode(name);
	const mirrorPodComponents = (await cluster.staticControlPlanePods(name)).map(({ component }) => component);
	const known = { name, labels, annotations, unschedulable, ready, mirrorPodComponents };
	return { ...known, kubeletVersion: version, containerRuntimeVersion: containerRuntime, bootId: "", machineId: "" };
}
