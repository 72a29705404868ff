import type { RunState, RunView } from "./contracts/run.ts";
import { latestRuns } from "./run-grid.ts";
import { isHeld } from "./run-status.ts";

const FAILED: readonly RunState[] = ["failed", "reverted", "revert-failed"];

/**
 * Whether this newest run of its node may hold its migration until a person has seen it: it failed, is held for a look, or is a further attempt
 * that could not even be planned.
 */
export function holdsUp(run: Pick<RunView, "state" | "hold" | "attempt">): boolean {
	return FAILED.includes(run.state) || (run.state === "skipped" && run.attempt > 1) || isHeld(run);
}

/** Ids of those that a page shows: whoever lets the rest go on by it has seen these and no others. */
export function failedIds(runs: readonly RunView[]): string[] {
	return latestRuns(runs).flatMap(({ run }) => (holdsUp(run) ? [run.id] : []));
}
