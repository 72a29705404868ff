import type { MigrationState, RunState } from "../../lib/contracts/run.ts";
import { FINAL_RUN_STATES } from "../../lib/run-states.ts";

/**
 * The one table of a run's transitions. Before `cutover` a run that ends cleans up; from `cutover` on it goes back or is
 * committed, and the node decides which (safety rule 1). `revert-failed` may still become `reverted`, by the boot unit
 * or by hand, and `done`: its node was given up, and had been committed.
 */
const TRANSITIONS: Record<RunState, readonly RunState[]> = {
	queued: ["preparing", "cancelled", "not-started", "skipped", "failed"],
	preparing: ["prepared", "done", "cleaning", "failed"],
	prepared: ["draining", "done", "cleaning", "not-started"],
	draining: ["cutover", "cleaning"],
	cutover: ["verifying", "reverting", "cleaning", "revert-failed"],
	verifying: ["finishing", "reverting", "revert-failed"],
	finishing: ["done"],
	// `reverting` where the node says that the cutover had begun after all.
	cleaning: ["failed", "cancelled", "not-started", "reverting", "revert-failed"],
	reverting: ["reverted", "revert-failed", "finishing"],
	done: [],
	failed: [],
	cancelled: [],
	reverted: [],
	"revert-failed": ["reverted", "done"],
	"not-started": [],
	skipped: [],
};

export function mayBecome(from: RunState, to: RunState): boolean {
	return TRANSITIONS[from].includes(to);
}

export function isFinal(state: RunState): boolean {
	return (FINAL_RUN_STATES as readonly RunState[]).includes(state);
}

/** States in which a worker has something to do at once; `prepared` waits for leave to go out. */
export const CLAIMABLE: readonly RunState[] = ["preparing", "draining", "cutover", "verifying", "finishing", "cleaning", "reverting"];

/** A person may still call it back: before its cutover it cleans up, from there to its commit it goes back. */
export const CANCELLABLE: readonly RunState[] = ["preparing", "prepared", "draining", "cutover", "verifying"];

const MIGRATION_TRANSITIONS: Record<MigrationState, readonly MigrationState[]> = {
	draft: ["scheduled", "running", "cancelled"],
	scheduled: ["running", "draft"],
	running: ["paused", "held", "stopping", "cancelling", "done", "done-with-failures"],
	paused: ["running", "held", "stopping", "cancelling", "done", "done-with-failures"],
	held: ["running", "stopping", "cancelling", "done", "done-with-failures"],
	stopping: ["cancelling", "done", "done-with-failures"],
	cancelling: ["cancelled", "done-with-failures"],
	// Retry failed and start never started open a migration again; one that was left with an open run ends anew (open-runs.ts).
	done: ["running", "stopping"],
	"done-with-failures": ["running", "stopping"],
	cancelled: ["running", "cancelling"],
};

export function migrationMayBecome(from: MigrationState, to: MigrationState): boolean {
	return MIGRATION_TRANSITIONS[from].includes(to);
}
