import { isCompletion } from "../../lib/completion.ts";
import { messageSchema } from "../../lib/contracts/finding.ts";
import { type ApiNode, type NodeView, preflightSummarySchema } from "../../lib/contracts/node.ts";
import { type RunSigns, runSignsSchema } from "../../lib/contracts/run.ts";
import { FINAL_RUN_STATES, PLANNED_MIGRATION_STATES } from "../../lib/run-states.ts";
import type { Db } from "../db/client.ts";
import type { Prisma, Run, RunStep } from "../db/generated/client.ts";
import { ENDPOINT_COLUMNS, endpointRule } from "./endpoints.ts";
import { runtimeNow, shownSchema } from "./shown.ts";

export interface NodeFilter {
	clusterId?: string;
	ids?: readonly string[];
}

// node2 before node10.
const byName = new Intl.Collator("en", { numeric: true });
// Most nodes that are compared are of one cluster; the collator would read its name through each time.
const inOrder = (one: string, other: string) => (one === other ? 0 : byName.compare(one, other));

const CONTROL_PLANE_ROLES = ["control-plane", "master"];

/**
 * Nodes as lists and pages show them, by cluster and name. Seven queries, however many nodes there are; their facts, which are
 * tens of kilobytes each, are not read.
 */
export async function nodeViews(db: Db, filter: NodeFilter = {}): Promise<NodeView[]> {
	// One id in the query, so that a node's page reads one row; a longer list is picked out here: SQLite limits its parameters.
	const only = filter.ids?.length === 1 ? filter.ids[0] : undefined;
	const chosen = filter.ids ? new Set(filter.ids) : null;
	const where: Prisma.NodeWhereInput = { clusterId: filter.clusterId, id: only };
	const rows = (await db.node.findMany({ where, select: COLUMNS })).filter((row) => chosen === null || chosen.has(row.id));
	// Asked for by themselves: as a relation of the nodes each is looked up once more for every thousand of them.
	const clusters = await db.cluster.findMany({ where: { id: filter.clusterId }, select: { id: true, name: true } });
	const nameOf = new Map(clusters.map((cluster) => [cluster.id, cluster.name]));
	const endpointOf = await endpointRule(db, filter.clusterId ?? clusterOf(rows));
	const accepted = new Set(
		(await db.hostKey.findMany({ select: { address: true, port: true }, distinct: ["address", "port"] })).map(
			(key) => `${key.address} ${key.port}`,
		),
	);
	const active = await db.run.findMany({
		where: {
			node: where,
			state: { notIn: [...FINAL_RUN_STATES] },
			migration: { state: { notIn: [...PLANNED_MIGRATION_STATES, "cancelled"] } },
		},
		select: { id: true, nodeId: true, version: true, state: true, startedAt: true, seenAt: true, hold: true, waiting: true },
		orderBy: { createdAt: "asc" },
	});
	const activeOf = new Map(active.map((run) => [run.nodeId, run]));
	// Only while it prepares does the silence of a node hang on what runs there.
	const working = await db.runStep.findMany({
		where: { where: "node", state: "running", run: { node: where, state: "preparing" } },
		select: { runId: true, where: true, state: true },
	});
	const ended = await endedRuns(db, where);
	return rows
		.filter((row) => nameOf.has(row.clusterId))
		.map((row): NodeView => {
			const endpoint = endpointOf(row);
			const api = row.api === null ? null : (row.api as ApiNode);
			const shown = shownSchema.safeParse(row.shown).data ?? null;
			const runs = ended.get(row.id);
			const activeRun = activeOf.get(row.id);
			const now = runtimeNow({ shown, factsAt: row.factsAt, api, apiSeenAt: row.apiSeenAt, lastRun: runs?.left ?? null });
			const rollbackRunId = runs?.done?.direction === "migrate" ? runs.done.id : null;
			return {
				id: row.id,
				clusterId: row.clusterId,
				clusterName: nameOf.get(row.clusterId) ?? "",
				name: row.name,
				address: row.address,
				port: endpoint.port,
				manual: row.manual,
				api,
				apiSeenAt: iso(row.apiSeenAt),
				gone: row.goneAt !== null,
				controlPlane: api?.roles.some((role) => CONTROL_PLANE_ROLES.includes(role)) === true || shown?.controlPlane === true,
				runtime: now.runtime,
				runtimeText: now.text,
				factsAt: iso(row.factsAt),
				probedAt: iso(row.probedAt),
				probeError: row.probeError === null ? null : messageSchema.parse(row.probeError),
				// What was said before a migration went over is about a Docker that is no more.
				preflight: rollbackRunId === null ? (preflightSummarySchema.safeParse(row.preflight).data ?? null) : null,
				hostKey: accepted.has(`${endpoint.address} ${endpoint.port}`) ? "accepted" : "unknown",
				activeRunId: activeRun?.id ?? null,
				activeRun: activeRun ? signs(activeRun, working) : null,
				rollbackRunId,
				wentOverByHand: now.runtime === "containerd" && rollbackRunId === null,
				mark: row.mark,
				ownCredential: endpoint.ownCredential,
			};
		})
		.sort((one, other) => inOrder(one.clusterName, other.clusterName) || inOrder(one.name, other.name));
}

/** Null where there is no such node. */
export async function nodeView(db: Db, id: string): Promise<NodeView | null> {
	return (await nodeViews(db, { ids: [id] }))[0] ?? null;
}

const COLUMNS = {
	...ENDPOINT_COLUMNS,
	manual: true,
	api: true,
	apiSeenAt: true,
	goneAt: true,
	shown: true,
	factsAt: true,
	probedAt: true,
	probeError: true,
	preflight: true,
	mark: true,
} as const satisfies Prisma.NodeSelect;

type ActiveRow = Pick<Run, "id" | "version" | "state" | "startedAt" | "seenAt" | "hold" | "waiting">;

function signs(run: ActiveRow, steps: readonly Pick<RunStep, "runId" | "where" | "state">[]): RunSigns {
	const { version, state, startedAt, seenAt, hold, waiting } = run;
	const own = steps.filter((step) => step.runId === run.id);
	return runSignsSchema.parse({ version, state, startedAt: iso(startedAt), seenAt: iso(seenAt), hold, waiting, steps: own });
}

interface EndedRuns {
	/** The newest run that was committed: a migration has a snapshot to go back to, a rollback has used it up. */
	done: { id: string; direction: string } | null;
	/** The runtime that the newest ended run left on the node. */
	left: { text: string; endedAt: Date } | null;
}

async function endedRuns(db: Db, where: Prisma.NodeWhereInput): Promise<Map<string, EndedRuns>> {
	const runs = await db.run.findMany({
		where: { node: where, state: { in: ["done", "reverted"] } },
		select: { id: true, nodeId: true, direction: true, state: true, endedAt: true, fromRuntime: true, toRuntime: true },
		orderBy: { endedAt: "asc" },
	});
	const ofNode = new Map<string, EndedRuns>();
	for (const run of runs) {
		const before = ofNode.get(run.nodeId);
		const done = run.state === "done";
		// It leaves no snapshot of Docker, and takes none away.
		const counts = done && !isCompletion(run);
		ofNode.set(run.nodeId, {
			done: counts ? { id: run.id, direction: run.direction } : (before?.done ?? null),
			left: run.endedAt ? { text: done ? run.toRuntime : run.fromRuntime, endedAt: run.endedAt } : (before?.left ?? null),
		});
	}
	return ofNode;
}

/** The cluster that all rows belong to, where it is one. */
function clusterOf(rows: readonly { clusterId: string }[]): string | undefined {
	const first = rows[0]?.clusterId;
	return rows.every((row) => row.clusterId === first) ? first : undefined;
}

function iso(time: Date | null): string | null {
	return time?.toISOString() ?? null;
}
