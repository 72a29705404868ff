import type { z } from "zod";
import type { Message } from "../../lib/contracts/finding.ts";
import type { nodeListSchema, probeResultSchema } from "../../lib/contracts/node.ts";
import type { NodeDetail, NodePod } from "../../lib/contracts/node-page.ts";
import { policySchema } from "../../lib/contracts/plan.ts";
import { firstNames, naturalCompare } from "../../lib/format.ts";
import { PLANNED_MIGRATION_STATES } from "../../lib/run-states.ts";
import { LONGEST_VALUE } from "../audit/audit.ts";
import type { Console } from "../console.ts";
import { runViews } from "../engine/views.ts";
import { ALREADY_ON_CONTAINERD } from "../inventory/probes.ts";
import { nodePods } from "../kubernetes/node-pods.ts";
import { shownFacts } from "./shown-record.ts";

/** Attempts that a node's page lists. */
const MOST_RUNS = 100;
/** A page does not wait longer for a silent cluster, milliseconds. */
const FINDINGS_LIMIT_MS = 3_000;
const PODS_LIMIT_MS = 10_000;
/** Nodes that one line of the audit names. */
const MOST_NAMED = 20;

/** Nodes as lists show them: without annotations, which are the larger half of thousands of nodes and in no column. */
export async function nodeList(console: Console, filter: { clusterId?: string }): Promise<z.output<typeof nodeListSchema>> {
	const nodes = await console.nodes.list(filter);
	return { nodes: nodes.map((node) => ({ ...node, api: node.api && { ...node.api, annotations: {} } })) };
}

/** Throws `inventory.not-found`. */
export async function nodeDetail(console: Console, id: string): Promise<NodeDetail> {
	const node = await console.nodes.get(id);
	const [known, runs] = await Promise.all([
		console.probes.factsOf(id),
		runViews(
			console.db,
			{ nodeId: id, migration: { state: { notIn: [...PLANNED_MIGRATION_STATES] } } },
			{ take: MOST_RUNS, newestFirst: true },
		),
	]);
	// The findings of a rollback rest on files that only a new probe reads: planning it does that, opening a page does not.
	const asks = known !== null && node.rollbackRunId === null;
	const asked = asks ? await migrationFindings(console, id) : { findings: [], error: null };
	// Where containerd runs already there is nothing to migrate: that is no finding against the node; what was forgotten is.
	const findings = asked.findings.filter(({ code }) => code !== ALREADY_ON_CONTAINERD);
	const { error } = asked;
	return { node, facts: known ? shownFacts(known.facts) : null, findings, findingsError: error, runs };
}

async function migrationFindings(console: Console, id: string): Promise<{ findings: NodeDetail["findings"]; error: Message | null }> {
	const late = Symbol();
	try {
		const asked = console.probes.migrationFindings(id);
		const answer = await inTime(asked, FINDINGS_LIMIT_MS, late);
		if (answer === late) return { findings: [], error: { code: "cluster.timeout", values: {} } };
		return { findings: answer ?? [], error: null };
	} catch (error) {
		return { findings: [], error: console.explain(error) };
	}
}

/** The promise's value, or `late` once the time is up; what it comes to afterwards is dropped. */
export async function inTime<T, L>(promise: Promise<T>, limitMs: number, late: L): Promise<T | L> {
	let timer: NodeJS.Timeout | undefined;
	const limit = new Promise<L>((resolve) => {
		timer = setTimeout(() => resolve(late), limitMs);
	});
	promise.catch(() => undefined);
	return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/**
 * The pods that the cluster's API has on the node now; null where the console knows no API of its cluster. Throws `inventory.not-found`
 * and what keeps the cluster from answering.
 */
export async function podsAnswer(console: Console, id: string, signal: AbortSignal): Promise<NodePod[] | null> {
	const { name, clusterId } = await console.nodes.get(id);
	const api = await console.connections.get(clusterId);
	if (!api) return null;
	const pods = await api.podsOnNode(name, { signal, timeoutMs: PODS_LIMIT_MS });
	return nodePods(pods, policySchema.parse({}).drain);
}

/** What the audit keeps of which nodes are probed: how many, the first of them by name, as many as a value holds, and how many more. */
export async function probedNodes({ db }: Console, nodeIds: readonly string[]): Promise<{ count: number; names: string }> {
	const rows = await db.node.findMany({ where: { id: { in: [...nodeIds] } }, select: { name: true } });
	const names = rows.map(({ name }) => name).sort(naturalCompare);
	let most = MOST_NAMED;
	while (most > 1 && firstNames(names, most).length > LONGEST_VALUE) most--;
	return { count: nodeIds.length, names: firstNames(names, most) };
}

/** Probes the nodes and tells of each how it went. */
export async function probeAnswer(
	{ probes }: Console,
	nodeIds: readonly string[],
	signal: AbortSignal,
): Promise<z.output<typeof probeResultSchema>> {
	const results: z.output<typeof probeResultSchema>["results"] = [];
	await probes.probeNodes(nodeIds, {
		signal,
		onEach: ({ nodeId, error }) => void results.push({ nodeId, ok: error === null, error }),
	});
	return { results };
}
