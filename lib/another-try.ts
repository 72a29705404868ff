import type { RunState } from "./contracts/run.ts";

/** What of a node's newest run says by which word it gets another. */
export interface Tried {
	state: RunState;
	attempt: number;
	steps: readonly { phase: string; startedAt: string | Date | null }[];
}

/** Phases of a node that is out. */
const OUT_PHASES = ["drain", "cutover", "verify", "finish"];

/**
 * By which decision a node gets another run: "retry failed", "start never started", or neither. Whom a person skipped or called back before it
 * went out is not taken out by a retry of what failed: that word stands until somebody starts what never started.
 */
export function anotherTry({ state, attempt, steps }: Tried): "failed" | "not-started" | null {
	switch (state) {
		case "failed":
		case "reverted":
			return "failed";
		case "cancelled":
			return steps.some(({ phase, startedAt }) => OUT_PHASES.includes(phase) && startedAt !== null) ? "failed" : "not-started";
		case "not-started":
			return "not-started";
		case "skipped":
			// A further attempt that could not even be planned is one that failed; a node left out from the beginning is not.
			return attempt > 1 ? "failed" : null;
		default:
			// `revert-failed` too: the node needs hands first.
			return null;
	}
}
