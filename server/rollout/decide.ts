import type { MigrationState, RunState } from "../../lib/contracts/run.ts";
import { OUT_RUN_STATES } from "../../lib/contracts/run.ts";

export interface RolloutRun {
	id: string;
	state: RunState;
	position: number;
	controlPlane: boolean;
	/** The node is NotReady or cordoned by somebody else right now: out already. */
	unavailable: boolean;
	/** It failed and a person let the rest go on all the same. */
	failureSeen: boolean;
}

export interface Rollout {
	state: MigrationState;
	maxUnavailable: number;
	prepareOnly: boolean;
	/** How many may prepare at once: prepare changes nothing that runs. */
	prepareConcurrency: number;
	runs: readonly RolloutRun[];
	/** Nodes of the cluster outside this migration that are NotReady or cordoned, and runs of other migrations that are out. */
	otherUnavailable: number;
	/** True where a run of another migration in this cluster has a control plane node out. */
	otherControlPlaneOut: boolean;
	/** False where the cluster does not say which of its nodes are out: then none goes out. Default true. */
	unavailableKnown?: boolean;
}

export type RolloutAction =
	| { kind: "prepare"; runId: string }
	| { kind: "go-out"; runId: string }
	/** Nothing more will start: the runs that never began. */
	| { kind: "never-start"; runId: string }
	| { kind: "hold"; because: string }
	/** Prepare only: all that could be prepared is, and a person says when it goes on. */
	| { kind: "pause-prepared" }
	| { kind: "end"; state: "done" | "done-with-failures" | "cancelled" };

/** A run's own node that is out anyway (NotReady, cordoned) takes no further place when it goes out itself. */
function cost(run: RolloutRun): number {
	return run.unavailable ? 0 : 1;
}

const OUT: readonly RunState[] = OUT_RUN_STATES;
const FAILED: readonly RunState[] = ["failed", "reverted", "revert-failed"];
const ENDED: readonly RunState[] = [...FAILED, "done", "cancelled", "not-started", "skipped"];
/** Ready to start or started without being out; `finishing` is verified, the node takes pods again. */
const BEFORE: readonly RunState[] = ["queued", "preparing", "prepared"];

/**
 * What may start now. Pure; holds whatever happens: never more nodes out than maxUnavailable (nodes already NotReady or
 * cordoned count), workers before control plane nodes, these one at a time, nothing new after a failure, a pause or a stop.
 */
export function decide(rollout: Rollout): RolloutAction[] {
	const { runs, state } = rollout;
	const byPosition = [...runs].sort((a, b) => Number(a.controlPlane) - Number(b.controlPlane) || a.position - b.position);
	const open = byPosition.filter((run) => !ENDED.includes(run.state));

	if (state === "stopping" || state === "cancelling") {
		const never = open.filter((run) => run.state === "queued" || run.state === "prepared");
		if (never.length > 0) return never.map((run) => ({ kind: "never-start", runId: run.id }));
	}
	if (open.length === 0) {
		if (!["running", "paused", "held", "stopping", "cancelling"].includes(state)) return [];
		if (state === "cancelling") return [{ kind: "end", state: "cancelled" }];
		return [{ kind: "end", state: runs.every((run) => run.state === "done" || run.state === "skipped") ? "done" : "done-with-failures" }];
	}
	if (state !== "running") return [];

	// Whether it is a failure is known when it ends; until then nothing new starts.
	if (open.some((run) => run.state === "reverting" || run.state === "cleaning")) return [];
	const failed = byPosition.find((run) => FAILED.includes(run.state) && !run.failureSeen);
	if (failed) return open.some((run) => BEFORE.includes(run.state)) ? [{ kind: "hold", because: failed.id }] : [];

	const actions: RolloutAction[] = [];
	const preparing = open.filter((run) => run.state === "preparing").length;
	for (const run of open
		.filter((candidate) => candidate.state === "queued")
		.slice(0, Math.max(0, rollout.prepareConcurrency - preparing))) {
		actions.push({ kind: "prepare", runId: run.id });
	}
	if (rollout.prepareOnly) return open.every((run) => run.state === "prepared") ? [{ kind: "pause-prepared" }] : actions;

	// Counting those nobody knows of as none would take one more out than is allowed.
	if (rollout.unavailableKnown === false) return actions;

	let out =
		rollout.otherUnavailable + runs.filter((run) => OUT.includes(run.state) || (run.unavailable && !OUT.includes(run.state))).length;
	let controlPlaneOut = rollout.otherControlPlaneOut || runs.some((run) => run.controlPlane && OUT.includes(run.state));
	const workersOpen = open.some((run) => !run.controlPlane && run.state !== "finishing");
	for (const run of open.filter((candidate) => candidate.state === "prepared")) {
		if (run.controlPlane && (controlPlaneOut || workersOpen)) continue;
		if (out + cost(run) > rollout.maxUnavailable) break;
		// A node that is out already still goes one at a time with the rest: its place is counted above.
		actions.push({ kind: "go-out", runId: run.id });
		out += cost(run);
		if (run.controlPlane) controlPlaneOut = true;
	}
	return actions;
}

/**
 * Ids of runs that would go out now, were it not for nodes that are out without being out for this migration: NotReady, cordoned, or
 * in another migration. Pure.
 */
export function heldUpByOthers(rollout: Rollout): string[] {
	const goOut = (given: Rollout) => decide(given).flatMap((action) => (action.kind === "go-out" ? [action.runId] : []));
	const now = new Set(goOut(rollout));
	const alone = { otherUnavailable: 0, otherControlPlaneOut: false, runs: rollout.runs.map((run) => ({ ...run, unavailable: false })) };
	return goOut({ ...rollout, ...alone }).filter((id) => !now.has(id));
}
