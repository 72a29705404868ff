import type { NodeInput, NodeWay } from "../../lib/contracts/inventory.ts";
import type { ApiNode, NodeView } from "../../lib/contracts/node.ts";
import { FINAL_RUN_STATES } from "../../lib/run-states.ts";
import { commitsSoFar, type Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import { Prisma } from "../db/generated/client.ts";
import { ifNotThere } from "../db/not-there.ts";
import type { EventHub } from "../events/hub.ts";
import { ENDPOINT_COLUMNS, endpointRule } from "./endpoints.ts";
import { InventoryError } from "./errors.ts";
import { newId } from "./ids.ts";
import { type NodeFilter, nodeView, nodeViews } from "./node-views.ts";
import { SharedReadings } from "./shared-readings.ts";

export interface NodesOptions {
	db: Db;
	hub: EventHub;
	pool: { forget(nodeId: string): void };
}

/** Nodes as people see and change them; those of an API come and go by themselves (see NodeRefresher). */
export class Nodes {
	/** A page asks for the nodes, for what needs a person and for the clusters in one moment: each of them reads all nodes. */
	readonly #readings = new SharedReadings<readonly NodeView[]>(commitsSoFar);

	constructor(private readonly options: NodesOptions) {}

	/** By cluster, then by name as people count: node2 before node10. */
	list(filter: NodeFilter = {}): Promise<readonly NodeView[]> {
		const { db } = this.options;
		if (filter.ids) return nodeViews(db, filter);
		return this.#readings.of(filter.clusterId ?? "", () => nodeViews(db, filter));
	}

	/** Throws `inventory.not-found`. */
	async get(id: string): Promise<NodeView> {
		const view = await nodeView(this.options.db, id);
		if (!view) throw notFound(id);
		return view;
	}

	/** A node that no API lists. `commit` is given its id. Throws `inventory.name-taken`, `inventory.not-found` (the cluster). */
	async add(input: NodeInput, commit: Commit<[id: string]> = alone(this.options.db)): Promise<NodeView> {
		const { db, hub } = this.options;
		const { clusterId, name, address, port } = input;
		const id = newId();
		try {
			await commit([db.node.create({ data: { id, clusterId, name, address, port, addressByHand: true, manual: true } })], id);
		} catch (error) {
			if (isPrisma(error, "P2002")) throw new InventoryError("inventory.name-taken", { kind: "node", name });
			if (isPrisma(error, "P2003")) throw new InventoryError("inventory.not-found", { kind: "cluster", id: clusterId });
			throw error;
		}
		hub.publish({ type: "changed", what: "nodes", id: clusterId });
		return this.get(id);
	}

	/**
	 * Sets where SSH goes; null goes back to the API's address or the credential's port. `commit` is given where it goes then. Throws
	 * `inventory.not-found`, `inventory.no-address`.
	 */
	async setWay(
		id: string,
		way: NodeWay,
		commit: Commit<[now: { address: string; port: number }]> = alone(this.options.db),
	): Promise<NodeView> {
		const { db, hub, pool } = this.options;
		const node = await db.node.findUnique({ where: { id }, select: { ...ENDPOINT_COLUMNS, api: true } });
		if (!node) throw notFound(id);
		const byApi = (node.api as ApiNode | null)?.internalIp ?? "";
		if (way.address === null && byApi === "") throw new InventoryError("inventory.no-address", { node: node.name });
		const address = way.address === undefined ? node.address : (way.address ?? byApi);
		const data = { port: way.port, ...(way.address === undefined ? {} : { address, addressByHand: way.address !== null }) };
		const endpointOf = await endpointRule(db, node.clusterId);
		const { port } = endpointOf({ ...node, port: way.port === undefined ? node.port : way.port });
		await commit([db.node.update({ where: { id }, data })], { address, port }).catch(ifNotThere(notFound(id)));
		pool.forget(id);
		hub.publish({ type: "changed", what: "nodes", id: node.clusterId });
		return this.get(id);
	}

	/**
	 * Removes a node that was added by hand or that the API no longer lists. Throws `inventory.not-found`, `inventory.not-manual`,
	 * `inventory.in-use`, and `inventory.has-history` where runs would go with it, unless `withHistory`.
	 */
	async remove(id: string, options: { withHistory?: boolean } = {}, commit: Commit = alone(this.options.db)): Promise<void> {
		const { db, hub, pool } = this.options;
		const node = await db.node.findUnique({ where: { id }, select: { clusterId: true, name: true, manual: true, goneAt: true } });
		if (!node) throw notFound(id);
		if (!node.manual && node.goneAt === null) throw new InventoryError("inventory.not-manual", { node: node.name });
		const mine = { nodeId: id, migration: { state: { not: "draft" } } };
		const runs = await db.run.count({ where: { ...mine, state: { notIn: [...FINAL_RUN_STATES] } } });
		if (runs > 0) throw new InventoryError("inventory.in-use", { kind: "node", name: node.name, runs });
		const history = await db.run.count({ where: mine });
		if (history > 0 && !options.withHistory) {
			throw new InventoryError("inventory.has-history", { kind: "node", name: node.name, migrations: history });
		}
		await commit([db.node.delete({ where: { id }, select: { id: true } })]).catch(ifNotThere(notFound(id)));
		pool.forget(id);
		hub.publish({ type: "changed", what: "nodes", id: node.clusterId });
	}
}

function notFound(id: string): InventoryError {
	return new InventoryError("inventory.not-found", { kind: "node", id });
}

function isPrisma(error: unknown, code: string): boolean {
	return error instanceof Prisma.PrismaClientKnownRequestError && error.code === code;
}
