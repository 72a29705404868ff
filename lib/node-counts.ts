/** How far a migration is, by how many of its nodes are in which state. */
export interface NodeCounts {
	total: number;
	done: number;
	failed: number;
	leftOut: number;
	/** Every node of it is left out: nothing is ever done. */
	noneGoes: boolean;
}

const FAILED = ["failed", "reverted", "revert-failed"];

/** Of the states of its runs, the newest attempt of each node, as a list of migrations has them. Pure. */
export function nodeCounts(states: Readonly<Record<string, number>>): NodeCounts {
	const total = Object.values(states).reduce((sum, count) => sum + count, 0);
	const failed = FAILED.reduce((sum, state) => sum + (states[state] ?? 0), 0);
	const leftOut = states["skipped"] ?? 0;
	return { total, done: states["done"] ?? 0, failed, leftOut, noneGoes: total > 0 && leftOut === total };
}
