import { type ApiState, apiStateSchema, type ClusterInput, type ClusterView } from "../../lib/contracts/inventory.ts";
import { FINAL_RUN_STATES } from "../../lib/run-states.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import { Prisma } from "../db/generated/client.ts";
import { ifNotThere } from "../db/not-there.ts";
import { ifTaken } from "../db/taken.ts";
import type { EventHub } from "../events/hub.ts";
import type { ClusterAccess } from "../kubernetes/access.ts";
import { KubernetesError } from "../kubernetes/error.ts";
import { parseKubeconfig } from "../kubernetes/kubeconfig.ts";
import { openCluster } from "../kubernetes/open-cluster.ts";
import type { ClusterConnections } from "./connections.ts";
import { InventoryError } from "./errors.ts";
import { newId } from "./ids.ts";
import { type KubeconfigChoice, sealKubeconfig, unsealKubeconfig } from "./kubeconfig-seal.ts";
import type { Seal } from "./seal.ts";

export interface ClustersOptions {
	db: Db;
	seal: Seal;
	connections: ClusterConnections;
	hub: EventHub;
	/** The cluster's nodes must not be connected to with what was stored before. */
	pool: { forget(nodeId: string): void };
	now?: () => Date;
	/** For tests and simulators. */
	openApi?: typeof openCluster;
}

/** What the record of a change may say of a cluster. */
export type KnownCluster = Pick<ClusterView, "id" | "name" | "hasApi" | "apiState" | "serverOverride" | "tlsServerName">;

/** Clusters as people enter them. An access is tested before it is stored. `commit`: writes the record of a change with it. */
export class Clusters {
	readonly #now: () => Date;
	readonly #openApi: typeof openCluster;

	constructor(private readonly options: ClustersOptions) {
		this.#now = options.now ?? (() => new Date());
		this.#openApi = options.openApi ?? openCluster;
	}

	/** Sorted by name. */
	async list(): Promise<ClusterView[]> {
		const rows = await this.options.db.cluster.findMany({ select: VIEW_COLUMNS, orderBy: { name: "asc" } });
		return rows.map(toView);
	}

	/** Throws `inventory.not-found`. */
	async get(id: string): Promise<ClusterView> {
		const row = await this.options.db.cluster.findUnique({ where: { id }, select: VIEW_COLUMNS });
		if (!row) throw notFound(id);
		return toView(row);
	}

	/** Tells whether a migration could use this access, without storing anything. Throws KubernetesError with the cause. */
	async test(input: Pick<ClusterInput, "context" | "serverOverride" | "tlsServerName"> & { kubeconfig: string }): Promise<ApiState> {
		return this.#test({ text: input.kubeconfig, context: input.context }, input);
	}

	/** Throws KubernetesError (why the access does not work), `inventory.name-taken`. */
	async create(input: ClusterInput, commit: Commit<[made: KnownCluster]> = alone(this.options.db)): Promise<ClusterView> {
		const id = newId();
		const choice = input.kubeconfig ? { text: input.kubeconfig, context: input.context } : null;
		await this.#store(id, input, choice, (data) => this.options.db.cluster.create({ data: { id, ...data } }), commit);
		return this.get(id);
	}

	/**
	 * Replaces name and access; a kubeconfig that is left out stays as stored. Tested again where the access changes.
	 * Throws as `create`, and `inventory.not-found`.
	 */
	async update(id: string, input: ClusterInput, commit: Commit<[now: KnownCluster]> = alone(this.options.db)): Promise<ClusterView> {
		const { db, seal } = this.options;
		const before = await db.cluster.findUnique({ where: { id } });
		if (!before) throw notFound(id);
		const stored = before.kubeconfig === null ? null : unsealKubeconfig(seal, id, before.kubeconfig);
		let choice: KubeconfigChoice | null = null;
		if (input.kubeconfig) choice = { text: input.kubeconfig, context: input.context };
		else if (input.kubeconfig === undefined && stored) choice = { text: stored.text, context: input.context ?? stored.context };
		const same =
			choice?.text === stored?.text &&
			choice?.context === stored?.context &&
			before.serverOverride === input.serverOverride &&
			before.tlsServerName === input.tlsServerName;
		if (same) {
			const apiState = apiStateSchema.safeParse(before.apiState).data ?? null;
			const now = { ...input, id, hasApi: stored !== null, apiState };
			const write = db.cluster.update({ where: { id }, data: { name: input.name } });
			await commit([write], now)
				.catch(ifTaken(taken(input.name)))
				.catch(ifNotThere(notFound(id)));
			this.#changed(id);
			return this.get(id);
		}
		await this.#store(id, input, choice, (data) => db.cluster.update({ where: { id }, data }), commit);
		return this.get(id);
	}

	/**
	 * Deletes a cluster with its nodes and credentials. Throws `inventory.not-found`, `inventory.in-use` while runs have not ended, and
	 * `inventory.has-history` where migrations would go with it, unless `withHistory`.
	 */
	async delete(id: string, options: { withHistory?: boolean } = {}, commit: Commit = alone(this.options.db)): Promise<void> {
		const { db, connections, pool } = this.options;
		const { name } = await this.get(id);
		const runs = await db.run.count({
			where: { migration: { clusterId: id, state: { not: "draft" } }, state: { notIn: [...FINAL_RUN_STATES] } },
		});
		if (runs > 0) throw new InventoryError("inventory.in-use", { kind: "cluster", name, runs });
		const migrations = await db.migration.count({ where: { clusterId: id, state: { not: "draft" } } });
		if (migrations > 0 && !options.withHistory) throw new InventoryError("inventory.has-history", { kind: "cluster", name, migrations });
		const nodes = await db.node.findMany({ where: { clusterId: id }, select: { id: true } });
		await commit([db.cluster.delete({ where: { id }, select: { id: true } })]).catch(ifNotThere(notFound(id)));
		connections.forget(id);
		for (const node of nodes) pool.forget(node.id);
		this.#changed(id);
	}

	async #store(
		id: string,
		input: ClusterInput,
		choice: KubeconfigChoice | null,
		write: (data: ReturnType<typeof columns>) => Prisma.PrismaPromise<unknown>,
		commit: Commit<[now: KnownCluster]>,
	): Promise<void> {
		const state = choice ? await this.#test(choice, input) : null;
		const sealed = choice ? sealKubeconfig(this.options.seal, id, choice) : null;
		const { name, serverOverride, tlsServerName } = input;
		const now = { id, name, hasApi: choice !== null, apiState: state, serverOverride, tlsServerName };
		await commit([write(columns(input, sealed, state, this.#now()))], now)
			.catch(ifTaken(taken(name)))
			.catch(ifNotThere(notFound(id)));
		this.options.connections.forget(id);
		this.#changed(id);
	}

	async #test(choice: KubeconfigChoice, input: Pick<ClusterInput, "serverOverride" | "tlsServerName">): Promise<ApiState> {
		const access: ClusterAccess = parseKubeconfig(choice.text, {
			context: choice.context ?? undefined,
			serverOverride: input.serverOverride ?? undefined,
			tlsServerName: input.tlsServerName ?? undefined,
		});
		const api = this.#openApi(access);
		try {
			const result = await api.test();
			if (!result.ok) throw new KubernetesError(result.code, result.values);
			return { ok: true, server: access.server, context: access.contextName, version: result.serverVersion };
		} finally {
			api.close();
		}
	}

	#changed(id: string): void {
		this.options.hub.publish({ type: "changed", what: "clusters", id });
	}
}

const VIEW_COLUMNS = {
	id: true,
	name: true,
	kubeconfig: true,
	serverOverride: true,
	tlsServerName: true,
	apiState: true,
	apiCheckedAt: true,
	createdAt: true,
	_count: { select: { nodes: true, credentials: { where: { nodeId: null } } } },
} as const satisfies Prisma.ClusterSelect;

function toView(row: Prisma.ClusterGetPayload<{ select: typeof VIEW_COLUMNS }>): ClusterView {
	const state = apiStateSchema.safeParse(row.apiState);
	return {
		id: row.id,
		name: row.name,
		hasApi: row.kubeconfig !== null,
		serverOverride: row.serverOverride,
		tlsServerName: row.tlsServerName,
		apiState: state.success ? state.data : null,
		apiCheckedAt: row.apiCheckedAt?.toISOString() ?? null,
		nodes: row._count.nodes,
		hasCredential: row._count.credentials > 0,
		createdAt: row.createdAt.toISOString(),
	};
}

function columns(input: ClusterInput, kubeconfig: string | null, state: ApiState | null, now: Date) {
	return {
		name: input.name,
		kubeconfig,
		serverOverride: input.serverOverride,
		tlsServerName: input.tlsServerName,
		apiState: state ?? Prisma.DbNull,
		apiCheckedAt: state ? now : null,
	};
}

function notFound(id: string): InventoryError {
	return new InventoryError("inventory.not-found", { kind: "cluster", id });
}

function taken(name: string): InventoryError {
	return new InventoryError("inventory.name-taken", { kind: "cluster", name });
}
