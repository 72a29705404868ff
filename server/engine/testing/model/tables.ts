/**
 * What may follow what, written down a second time and by hand: the engine's own tables are compared with these, so that a change of one of
 * them by accident fails a test. Nothing here may come from the engine.
 */

export const RUN_FOLLOWS = {
	queued: ["preparing", "cancelled", "not-started", "skipped", "failed"],
	preparing: ["prepared", "done", "cleaning", "failed"],
	prepared: ["draining", "done", "cleaning", "not-started"],
	draining: ["cutover", "cleaning"],
	cutover: ["verifying", "reverting", "cleaning", "revert-failed"],
	verifying: ["finishing", "reverting", "revert-failed"],
	finishing: ["done"],
	cleaning: ["failed", "cancelled", "not-started", "reverting", "revert-failed"],
	reverting: ["reverted", "revert-failed", "finishing"],
	"revert-failed": ["reverted", "done"],
	done: [],
	failed: [],
	cancelled: [],
	reverted: [],
	"not-started": [],
	skipped: [],
} as const satisfies Record<string, readonly string[]>;
export type ModelState = keyof typeof RUN_FOLLOWS;
export const EVERY_RUN_STATE = Object.keys(RUN_FOLLOWS) as ModelState[];

export const ENDED: readonly ModelState[] = ["done", "failed", "cancelled", "reverted", "revert-failed", "not-started", "skipped"];
/** A worker takes these up; `prepared` too, where it is called back. */
export const WORKED_ON: readonly ModelState[] = ["preparing", "draining", "cutover", "verifying", "finishing", "cleaning", "reverting"];
export const CALLED_BACK: readonly ModelState[] = ["preparing", "prepared", "draining", "cutover", "verifying"];
/** Looked at again after the end: the node may be well by itself, or its cluster may take what it had not. */
export const LOOKED_AT_AGAIN: readonly ModelState[] = ["revert-failed", "failed", "cancelled", "not-started", "done"];
/** The node is out, or may be. */
export const OUT: readonly ModelState[] = ["draining", "cutover", "verifying", "reverting", "cleaning"];

export const MIGRATION_FOLLOWS = {
	draft: ["scheduled", "running", "cancelled"],
	scheduled: ["running", "draft"],
	running: ["paused", "held", "stopping", "cancelling", "done", "done-with-failures"],
	paused: ["running", "held", "stopping", "cancelling", "done", "done-with-failures"],
	held: ["running", "stopping", "cancelling", "done", "done-with-failures"],
	stopping: ["cancelling", "done", "done-with-failures"],
	cancelling: ["cancelled", "done-with-failures"],
	done: ["running", "stopping"],
	"done-with-failures": ["running", "stopping"],
	cancelled: ["running", "cancelling"],
} as const satisfies Record<string, readonly string[]>;
export type ModelMigrationState = keyof typeof MIGRATION_FOLLOWS;
export const EVERY_MIGRATION_STATE = Object.keys(MIGRATION_FOLLOWS) as ModelMigrationState[];

export function runMayFollow(from: ModelState, to: ModelState): boolean {
	return (RUN_FOLLOWS[from] as readonly ModelState[]).includes(to);
}
