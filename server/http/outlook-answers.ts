import type { NodeFindings } from "../../lib/contracts/draft.ts";
import { findingSchema, messageSchema } from "../../lib/contracts/finding.ts";
import { apiNodeSchema } from "../../lib/contracts/node.ts";
import { runStateSchema } from "../../lib/contracts/run.ts";
import type { Durations, NodeWorkloads, Workloads } from "../../lib/contracts/workload.ts";
import type { Console } from "../console.ts";
import { latestAttempts } from "../engine/attempts.ts";
import { pastDurations } from "../engine/past-durations.ts";
import { migrationView } from "../engine/views.ts";
import { isKubernetesError } from "../kubernetes/error.ts";
import { nodeWorkloads } from "../kubernetes/node-workloads.ts";
import { isOverridable } from "../preflight/preflight.ts";
import { HttpError } from "./problem.ts";
import { shownFindings } from "./shown-record.ts";

/** Nodes whose pods are asked for: one request of the API each. */
const MOST_NODES_READ = 50;
const AT_ONCE = 8;
/** A page does not wait longer for a silent API, milliseconds. */
const CALL_LIMIT_MS = 5_000;
const HOSTNAME = "kubernetes.io/hostname";

/** What preflight found, node by node, in the migration's order. Throws 404. */
export async function findingsAnswer({ db }: Console, id: string): Promise<{ nodes: NodeFindings[] }> {
	await known(db, id);
	const rows = await db.run.findMany({
		where: { migrationId: id },
		select: { id: true, nodeId: true, nodeName: true, state: true, result: true, findings: true, attempt: true, position: true },
		orderBy: { position: "asc" },
	});
	const nodes = latestAttempts(rows).map((row) => ({
		runId: row.id,
		nodeId: row.nodeId,
		name: row.nodeName,
		state: runStateSchema.parse(row.state),
		result: messageSchema.nullable().parse(row.result),
		findings: shownFindings(findingSchema.array().parse(row.findings)).map(({ evidence: _, ...finding }) => ({
			...finding,
			overridable: isOverridable(finding.code),
		})),
	}));
	return { nodes };
}

/** How long nodes took before. Throws 404. */
export async function durationsAnswer({ db }: Console, id: string): Promise<Durations> {
	return pastDurations(db, await known(db, id));
}

/** What becomes of the pods on the nodes that will go, asked of the cluster now. Throws 404, and what keeps the cluster from being asked at all. */
export async function workloadsAnswer({ db, connections }: Console, id: string): Promise<Workloads> {
	const { clusterId, policy } = await known(db, id);
	const rows = await db.run.findMany({
		where: { migrationId: id },
		orderBy: { position: "asc" },
		select: {
			nodeId: true,
			nodeName: true,
			state: true,
			attempt: true,
			position: true,
			withoutApi: true,
			steps: { where: { stepId: "evict" }, select: { stepId: true } },
			node: { select: { api: true } },
		},
	});
	const going = latestAttempts(rows).filter((run) => run.state !== "skipped" && !run.withoutApi);
	const asked = going.slice(0, MOST_NODES_READ);
	const more = going.length - asked.length;
	const api = await connections.get(clusterId);
	if (!api) return { hasApi: false, nodes: [], more: 0, budgetsUnknown: null, volumesUnknown: null };
	const limit = { timeoutMs: CALL_LIMIT_MS };
	const [budgets, volumes] = await Promise.all([listed(api.listPdbs(limit)), listed(api.listNodeVolumes(limit))]);
	const nodes: NodeWorkloads[] = [];
	const queue = asked.entries();
	const lane = async () => {
		for (const [index, { nodeId, nodeName: name, steps, node }] of queue) {
			const one = { nodeId, name, drained: steps.length > 0, moves: [], refused: [], stays: 0, error: null };
			const hostname = apiNodeSchema.nullable().catch(null).parse(node.api)?.labels[HOSTNAME] ?? name;
			try {
				const pods = await api.podsOnNode(name, limit);
				nodes[index] = {
					...one,
					...nodeWorkloads({ pods, hostname, budgets: budgets.rows, volumes: volumes.rows, policy: policy.drain }),
				};
			} catch (error) {
				if (!isKubernetesError(error)) throw error;
				nodes[index] = { ...one, error: { code: error.code, values: error.values } };
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(AT_ONCE, asked.length) }, lane));
	return { hasApi: true, nodes, more, budgetsUnknown: budgets.unknown, volumesUnknown: volumes.unknown };
}

/** Some accounts may not read all of it: what is not known is said and keeps nothing else from being shown. */
async function listed<Row>(rows: Promise<Row[]>): Promise<{ rows: Row[]; unknown: string | null }> {
	try {
		return { rows: await rows, unknown: null };
	} catch (error) {
		if (isKubernetesError(error)) return { rows: [], unknown: error.code };
		throw error;
	}
}

async function known(db: Console["db"], id: string) {
	const migration = await migrationView(db, id);
	if (!migration) throw new HttpError(404, "migration.not-found", { migration: id });
	return migration;
}
