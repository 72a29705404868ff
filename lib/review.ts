import type { Finding, Severity } from "./contracts/finding.ts";
import type { PlannedStep } from "./contracts/plan.ts";

/** A finding with whether a person may let its node go in spite of it. */
type ReviewFinding = Omit<Finding, "evidence"> & { overridable?: boolean };

/** The same finding on several nodes, shown once. */
export interface FindingGroup {
	code: string;
	severity: Severity;
	/** Names of the nodes, in the order given. */
	nodes: string[];
	/** What each of them has, in the same order; several where one has several of the kind. */
	each: { name: string; finding: Pick<Finding, "code" | "values"> }[];
	/** The first node's, for the sentence: values may differ from node to node. */
	example: Pick<Finding, "code" | "values">;
	/** Every node has it with the same values. */
	alike: boolean;
	/** A person may let nodes go in spite of it. */
	overridable: boolean;
}

const ORDER: readonly Severity[] = ["block", "warn", "note"];

/** What blocks first; within that, what concerns most nodes. */
export function groupFindings(nodes: readonly { name: string; findings: readonly ReviewFinding[] }[]): FindingGroup[] {
	const groups = new Map<string, FindingGroup>();
	for (const { name, findings } of nodes) {
		for (const finding of findings) {
			const key = `${finding.severity} ${finding.code}`;
			const group = groups.get(key);
			if (!group) {
				groups.set(key, {
					code: finding.code,
					severity: finding.severity,
					nodes: [name],
					each: [{ name, finding }],
					example: finding,
					alike: true,
					overridable: finding.overridable === true,
				});
				continue;
			}
			group.each.push({ name, finding });
			if (group.nodes.at(-1) !== name) group.nodes.push(name);
			if (JSON.stringify(finding.values) !== JSON.stringify(group.example.values)) group.alike = false;
		}
	}
	return [...groups.values()].sort(
		(a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || b.nodes.length - a.nodes.length || a.code.localeCompare(b.code),
	);
}

/** How long the node may be out at most: the limits of the steps between its kubelet's stop and start, milliseconds. */
export function longestOutageMs(steps: readonly PlannedStep[]): number {
	const from = steps.findIndex((step) => step.id === "stop-kubelet");
	const to = steps.findIndex((step) => step.id === "start-kubelet");
	if (from === -1 || to === -1) return 0;
	return steps.slice(from, to + 1).reduce((sum, step) => sum + step.limitS, 0) * 1_000;
}
