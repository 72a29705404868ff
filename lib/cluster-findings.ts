import type { Severity } from "./contracts/finding.ts";
import type { NodeView } from "./contracts/node.ts";
import { naturalCompare } from "./format.ts";
import { READINESS, type Readiness, readiness } from "./readiness.ts";

type Judged = Pick<NodeView, "id" | "name" | "runtime" | "gone" | "probeError" | "preflight">;

/** One finding with all nodes that it was made on. */
export interface CodeGroup<Node extends Judged> {
	code: string;
	severity: Severity;
	/** By name. */
	nodes: Node[];
}

const SEVERITIES = ["block", "warn", "note"] as const satisfies Severity[];

/**
 * What preflight said of the nodes at their last readings, once for each code: what blocks first, then by how many nodes have it. A
 * reading that failed since, and a node that is gone, say nothing.
 */
export function findingGroups<Node extends Judged>(nodes: readonly Node[]): CodeGroup<Node>[] {
	const groups = new Map<string, CodeGroup<Node>>();
	for (const node of nodes) {
		if (node.gone || node.probeError !== null || node.preflight === null) continue;
		for (const severity of SEVERITIES)
			for (const code of node.preflight[severity]) {
				const key = `${severity} ${code}`;
				const group = groups.get(key) ?? { code, severity, nodes: [] };
				group.nodes.push(node);
				groups.set(key, group);
			}
	}
	return [...groups.values()]
		.map((group) => ({ ...group, nodes: group.nodes.sort((one, other) => naturalCompare(one.name, other.name)) }))
		.sort(
			(one, other) =>
				SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) ||
				other.nodes.length - one.nodes.length ||
				naturalCompare(one.code, other.code),
		);
}

/**
 * Few nodes that have all of these findings between them: the one that has most of what is missing, again and again, at most `most`. A
 * list knows codes alone; their sentences are read from these.
 */
export function exampleNodes<Node extends Judged>(groups: readonly CodeGroup<Node>[], most: number): string[] {
	const missing = new Set(groups);
	const chosen: string[] = [];
	while (missing.size > 0 && chosen.length < most) {
		const counts = new Map<string, number>();
		for (const { nodes } of missing) for (const { id } of nodes) counts.set(id, (counts.get(id) ?? 0) + 1);
		const [best] = [...counts].sort((one, other) => other[1] - one[1]);
		if (!best) break;
		chosen.push(best[0]);
		for (const group of missing) if (group.nodes.some(({ id }) => id === best[0])) missing.delete(group);
	}
	return chosen;
}

/** How many of the nodes that are there stand how. */
export function readinessCounts(nodes: readonly Judged[]): Record<Readiness, number> {
	const counts = Object.fromEntries(READINESS.map((kind) => [kind, 0])) as Record<Readiness, number>;
	for (const node of nodes) if (!node.gone) counts[readiness(node)] += 1;
	return counts;
}

/** Different values with how many nodes have each, the most frequent first; without what is empty. */
export function tally<Node>(nodes: readonly Node[], of: (node: Node) => string | undefined): { value: string; count: number }[] {
	const counts = new Map<string, number>();
	for (const node of nodes) {
		const value = of(node);
		if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
	}
	return [...counts]
		.map(([value, count]) => ({ value, count }))
		.sort((one, other) => other.count - one.count || naturalCompare(one.value, other.value));
}
