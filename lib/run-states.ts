/** A run's states; its transitions are one table in server/engine/transitions.ts. */
export const RUN_STATES = [
	/** Waits for its turn. */
	"queued",
	"preparing",
	/** Everything lies ready; waits until it may be the next one out. */
	"prepared",
	"draining",
	"cutover",
	/** Verified on the node; the cluster has still to show it. */
	"verifying",
	/** Committed: annotation and uncordon follow, and are retried until they hold. */
	"finishing",
	/** Before the cutover: takes away what prepare put there, uncordons what Gantry cordoned. */
	"cleaning",
	"reverting",
	"done",
	/** Ended before the cutover; the node is as it was. */
	"failed",
	"cancelled",
	"reverted",
	/** Needs hands: the kubelet may be stopped. */
	"revert-failed",
	/** Never began: the migration ended first. */
	"not-started",
	"skipped",
] as const;
type RunState = (typeof RUN_STATES)[number];

export const FINAL_RUN_STATES = [
	"done",
	"failed",
	"cancelled",
	"reverted",
	"revert-failed",
	"not-started",
	"skipped",
] as const satisfies RunState[];
/** Between cordon and verified: these count against maxUnavailable. */
export const OUT_RUN_STATES = ["draining", "cutover", "verifying", "reverting", "cleaning"] as const satisfies RunState[];

export const MIGRATION_STATES = [
	/** Planned and shown, not started. */
	"draft",
	/** Confirmed; the console starts it when its time has come. */
	"scheduled",
	"running",
	/** A person paused it: nothing new starts, running nodes go on. */
	"paused",
	/** After a failure nothing new starts until a person decides. */
	"held",
	/** Nothing new starts; ends with the running nodes. */
	"stopping",
	/** Each running node cleans up or goes back. */
	"cancelling",
	"done",
	"done-with-failures",
	"cancelled",
] as const;
type MigrationState = (typeof MIGRATION_STATES)[number];
/** Only planned: nothing of it has touched a node, and it keeps none of them. */
export const PLANNED_MIGRATION_STATES = ["draft", "scheduled"] as const satisfies MigrationState[];

export const DIRECTIONS = ["migrate", "rollback"] as const;
