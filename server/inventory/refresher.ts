import type { Logger } from "pino";
import type { Message } from "../../lib/contracts/finding.ts";
import type { ApiState } from "../../lib/contracts/inventory.ts";
import type { MigrationState } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import { asMessage } from "../engine/executor/failure.ts";
import type { EventHub } from "../events/hub.ts";
import type { ClusterApi } from "../kubernetes/cluster-api.ts";
import { otherOrigins } from "../kubernetes/endpoints.ts";
import { type NodeRow, otherNodesUnavailable } from "../kubernetes/node-row.ts";
import type { ClusterConnections } from "./connections.ts";
import { syncNodes } from "./sync-nodes.ts";

export interface NodeRefresherOptions {
	db: Db;
	connections: ClusterConnections;
	hub: EventHub;
	pool: { forget(nodeId: string): void };
	log: Logger;
	now?: () => Date;
	/** While anybody has a page open or a migration is active. Default 10 s. */
	watchedMs?: number;
	/** Otherwise. Default 60 s. */
	idleMs?: number;
}

const ACTIVE: readonly MigrationState[] = ["running", "paused", "held", "stopping", "cancelling"];
/** How old a list may be for the rollout, milliseconds. */
const FRESH_MS = 2_000;
/** A rollout does not wait longer for a silent API: it decides again a second later. */
const ASK_TIMEOUT_MS = 5_000;

interface Cached {
	/** By a clock that never jumps. */
	askedMs: number;
	pending: boolean;
	names: Promise<Set<string> | null>;
}

/** Keeps the stored nodes of all clusters at what their APIs list, and knows which nodes are out right now. */
export class NodeRefresher {
	readonly #now: () => Date;
	readonly #under = new Map<string, Promise<ApiState | null>>();
	readonly #unavailable = new Map<string, Cached>();
	readonly #stopping = new AbortController();
	#timer: NodeJS.Timeout | undefined;
	#looking: Promise<void> = Promise.resolve();
	#lastMs = Number.NEGATIVE_INFINITY;

	constructor(private readonly options: NodeRefresherOptions) {
		this.#now = options.now ?? (() => new Date());
	}

	/** Begins at once and goes on until `stop`. */
	start(): void {
		const look = () => {
			this.#looking = this.#look().finally(() => {
				if (!this.#stopping.signal.aborted) this.#timer = setTimeout(look, this.options.watchedMs ?? 10_000);
			});
		};
		look();
	}

	/** Ends what is under way and waits for it. */
	async stop(): Promise<void> {
		this.#stopping.abort();
		clearTimeout(this.#timer);
		await this.#looking;
		await Promise.allSettled(this.#under.values());
	}

	/**
	 * Refreshes one cluster's nodes now; calls at the same time share one list. The outcome is stored with the cluster and
	 * returned; null where it has no API. Throws `inventory.not-found`.
	 */
	refresh(clusterId: string): Promise<ApiState | null> {
		const under = this.#under.get(clusterId);
		if (under) return under;
		const work = this.#refresh(clusterId).finally(() => this.#under.delete(clusterId));
		this.#under.set(clusterId, work);
		return work;
	}

	/**
	 * Names of the cluster's nodes that are NotReady or cordoned, by a list that is at most 2 s old. Null where it cannot be
	 * known: no API, or no answer within 5 s.
	 */
	unavailableNodes(clusterId: string): Promise<Set<string> | null> {
		const cached = this.#unavailable.get(clusterId);
		// A slow answer is waited for, not asked for again.
		if (cached && (cached.pending || performance.now() - cached.askedMs < FRESH_MS)) return cached.names;
		const asked: Cached = { askedMs: performance.now(), pending: true, names: Promise.resolve(null) };
		asked.names = this.#askUnavailable(clusterId).then((names) => {
			asked.pending = false;
			return names;
		});
		this.#unavailable.set(clusterId, asked);
		return asked.names;
	}

	async #askUnavailable(clusterId: string): Promise<Set<string> | null> {
		try {
			const api = await this.options.connections.get(clusterId);
			if (!api) return null;
			return outOf(await api.listNodes({ timeoutMs: ASK_TIMEOUT_MS, signal: this.#stopping.signal }));
		} catch (error) {
			this.options.log.warn({ err: error, clusterId }, "which nodes are out is not known");
			return null;
		}
	}

	async #look(): Promise<void> {
		const { db, hub, idleMs = 60_000 } = this.options;
		try {
			const due = performance.now() - this.#lastMs >= idleMs;
			if (!due && hub.size === 0 && (await db.migration.count({ where: { state: { in: [...ACTIVE] } } })) === 0) return;
			this.#lastMs = performance.now();
			const clusters = await db.cluster.findMany({ where: { kubeconfig: { not: null } }, select: { id: true } });
			await Promise.all(clusters.map(({ id }) => this.refresh(id)));
		} catch (error) {
			this.options.log.error({ err: error }, "the nodes could not be refreshed");
		}
	}

	/** Where else the API can be reached, for the day on which its own server cannot (safety rule 16). */
	async #learn(clusterId: string, api: ClusterApi, rows: readonly NodeRow[]): Promise<void> {
		const { db } = this.options;
		const listed = await api.endpoints({ signal: this.#stopping.signal }).catch(() => null);
		if (!listed) return;
		const origins = otherOrigins(api.server, listed, rows);
		const stored = await db.cluster.findUnique({ where: { id: clusterId }, select: { apiOrigins: true } });
		if (stored && JSON.stringify(stored.apiOrigins) !== JSON.stringify(origins))
			await db.cluster.updateMany({ where: { id: clusterId }, data: { apiOrigins: origins } });
	}

	async #refresh(clusterId: string): Promise<ApiState | null> {
		const { db, connections, hub, pool } = this.options;
		const previous = (await db.cluster.findUnique({ where: { id: clusterId }, select: { apiState: true } }))?.apiState as ApiState | null;
		const context = previous?.context ?? "";
		let server = previous?.server ?? "";
		let state: ApiState;
		try {
			const api = await connections.get(clusterId);
			if (!api) return null;
			server = api.server;
			const signal = this.#stopping.signal;
			const version = previous?.ok ? previous.version : await api.version({ signal });
			const askedMs = performance.now();
			const rows = await api.listNodes({ signal });
			this.#unavailable.set(clusterId, { askedMs, pending: false, names: Promise.resolve(outOf(rows)) });
			const { changed, moved } = await syncNodes(db, clusterId, rows, this.#now());
			for (const nodeId of moved) pool.forget(nodeId);
			if (changed) hub.publish({ type: "changed", what: "nodes", id: clusterId });
			await this.#learn(clusterId, api, rows);
			state = { ok: true, server, context, version, ...(api.answering === server ? {} : { via: api.answering }) };
		} catch (error) {
			if (this.#stopping.signal.aborted) return previous;
			const told: Message = asMessage(error);
			if (told.code === "inventory.not-found") throw error;
			if (told.code === "engine.unexpected")
				this.options.log.error({ err: error, clusterId }, "the cluster's nodes could not be refreshed");
			state = { ok: false, server, context, error: told };
		}
		await db.cluster.updateMany({ where: { id: clusterId }, data: { apiState: state, apiCheckedAt: this.#now() } });
		const shown = (each: ApiState | null) => (each?.ok === false ? each.error.code : `${each?.ok} ${each?.via}`);
		if (shown(previous) !== shown(state)) hub.publish({ type: "changed", what: "clusters", id: clusterId });
		return state;
	}
}

function outOf(rows: readonly NodeRow[]): Set<string> {
	return new Set(otherNodesUnavailable(rows).map((node) => node.name));
}
