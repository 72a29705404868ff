import type { CheckState, NodeFindings } from "./contracts/draft.ts";

/** Nodes by how far preflight is with them. */
export interface CheckCounts {
	total: number;
	waiting: number;
	reading: number;
	checking: number;
	/** All that have come to an end, and of them those that can go, that something keeps, and that could not be read. */
	done: number;
	ready: number;
	blocked: number;
	failed: number;
}

/** Pure. */
export function checkCounts(states: Iterable<CheckState>): CheckCounts {
	const counts: CheckCounts = { total: 0, waiting: 0, reading: 0, checking: 0, done: 0, ready: 0, blocked: 0, failed: 0 };
	for (const state of states) {
		counts.total += 1;
		counts[state] += 1;
		if (state === "ready" || state === "blocked" || state === "failed") counts.done += 1;
	}
	return counts;
}

/** What preflight came to for a node of a plan that nobody has started. Pure. */
export function checkedState({ state, result }: Pick<NodeFindings, "state" | "result">): CheckState {
	if (state !== "skipped") return "ready";
	return result?.code === "run.blocked" ? "blocked" : "failed";
}

const RANK: Record<CheckState, number> = { failed: 0, blocked: 1, checking: 2, reading: 3, waiting: 4, ready: 5 };

/** What needs a look first: those that cannot go, then those under way, in the order given. Pure. */
export function needyFirst<N extends { state: CheckState }>(nodes: readonly N[]): N[] {
	return [...nodes].sort((one, other) => RANK[one.state] - RANK[other.state]);
}
