import type { Direction } from "../../lib/contracts/plan.ts";
import type { Gate, RolloutPolicy } from "../../lib/contracts/rollout.ts";
import type { MigrationState, RunState } from "../../lib/contracts/run.ts";
import { currentTurn, type WaveRun, wavesOf } from "../../lib/rollout-waves.ts";
import { OUT_RUN_STATES } from "../../lib/run-states.ts";
import { isInWindow } from "../../lib/time-window.ts";

export interface RolloutRun extends WaveRun {
	id: string;
	/** The node is NotReady or cordoned by somebody else right now: out already. */
	unavailable: boolean;
	/** Verified by itself and not by the cluster: held for a person's look, a failure in the making. */
	held: boolean;
	/** It prepares, and its node has not answered for long: nobody waits for it. */
	silent: boolean;
	wentOut: boolean;
	/** A person has called it back: what is cleaned up then is no failure. */
	called: boolean;
	/** It failed and a person let the rest go on all the same. */
	failureSeen: boolean;
}

export interface Rollout {
	state: MigrationState;
	direction: Direction;
	maxUnavailable: number;
	prepareOnly: boolean;
	policy: RolloutPolicy;
	/** False where what is there now is not what was approved: then nothing new starts. Default true. */
	approved?: boolean;
	/** Held, and what it took over is about to go back: it has not ended before that has begun. */
	rollingBack?: boolean;
	/** Held because of this run, which was held itself; null where it was another failure. Default null. */
	heldFor?: string | null;
	/** What a person has said may go on. */
	passed: readonly Gate[];
	/** The newest attempt of each node. */
	runs: readonly RolloutRun[];
	/** Nodes of the cluster outside this migration that are NotReady or cordoned, and runs of other migrations that are out. */
	otherUnavailable: number;
	/** True where a run of another migration in this cluster has a control plane node out. */
	otherControlPlaneOut: boolean;
	/** False where the cluster does not say which of its nodes are out: then none goes out. Default true. */
	unavailableKnown?: boolean;
	/** Held by a gate: all that is done does not end it before a person has said so. */
	heldAtGate?: boolean;
	/** The gates before the next node or before the end: `overdue` where what they ask for has had its time. Default open. */
	pods?: "open" | "closed" | "overdue";
	/** Milliseconds since 1970. */
	nowMs: number;
}

export type RolloutAction =
	| { kind: "prepare"; runId: string }
	| { kind: "go-out"; runId: string }
	/** Nothing more will start: the runs that never began. */
	| { kind: "never-start"; runId: string }
	| { kind: "hold"; because: string }
	/** What a gate asks for did not come, when this one would have been next, or was the last. */
	| { kind: "hold-for-pods"; next: string }
	/** The run that it was held for has come to a good end, and nothing else holds it. */
	| { kind: "go-on"; runId: string }
	/** The migration pauses until a person says that it goes on. */
	| { kind: "ask"; gate: Gate }
	/** What is there now is not what was approved. */
	| { kind: "pause-unapproved" }
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
 * What may start now. Pure; holds whatever happens: never more nodes out than maxUnavailable (nodes already NotReady or cordoned count),
 * wave after wave and canaries first, in the order within each but for nodes that are silent, control plane nodes one at a time, nothing
 * outside the window, past a question that nobody answered, while pods fail that did not before, or after more failures than allowed, a pause
 * or a stop.
 */
export function decide(rollout: Rollout): RolloutAction[] {
	const { state, policy, direction } = rollout;
	const waves = wavesOf(rollout.runs, policy, direction);
	const byTurn = waves.flatMap((wave) => wave.runs);
	const open = byTurn.filter((run) => !ENDED.includes(run.state));

	if (state === "stopping" || state === "cancelling") {
		const never = open.filter((run) => run.state === "queued" || run.state === "prepared");
		if (never.length > 0) return never.map((run) => ({ kind: "never-start", runId: run.id }));
	}
	const rollsBack = policy.onFailures === "roll-back" && direction === "migrate";
	if (open.length === 0) {
		if (rollout.rollingBack && state === "held") return [];
		const last = rollsBack && state === "running" ? failuresThatHold(rollout, waves) : null;
		if (last && last !== "unknown") return [{ kind: "hold", because: last.id }];
		if (!["running", "paused", "held", "stopping", "cancelling"].includes(state)) return [];
		if (state === "cancelling") return [{ kind: "end", state: "cancelled" }];
		if (byTurn.some((run) => run.state !== "done")) return [{ kind: "end", state: "done-with-failures" }];
		return ofEnd(rollout, byTurn.at(-1));
	}
	if (state === "held" && rollout.heldFor) {
		const cause = byTurn.find((run) => run.id === rollout.heldFor);
		const over = cause?.state === "finishing" || cause?.state === "done";
		return over && failuresThatHold(rollout, waves) === null ? [{ kind: "go-on", runId: rollout.heldFor }] : [];
	}
	if (state !== "running") return [];
	if (rollout.approved === false) return open.some((run) => BEFORE.includes(run.state)) ? [{ kind: "pause-unapproved" }] : [];

	const failures = failuresThatHold(rollout, waves);
	if (failures === "unknown") return [];
	if (failures) return rollsBack || open.some((run) => BEFORE.includes(run.state)) ? [{ kind: "hold", because: failures.id }] : [];

	const actions: RolloutAction[] = [];
	const preparing = open.filter((run) => run.state === "preparing" && !run.silent).length;
	for (const run of open.filter((candidate) => candidate.state === "queued").slice(0, Math.max(0, policy.prepareConcurrency - preparing))) {
		actions.push({ kind: "prepare", runId: run.id });
	}
	if (rollout.prepareOnly) return open.every((run) => run.state === "prepared") ? [{ kind: "pause-prepared" }] : actions;

	const turn = currentTurn(waves, policy, rollout.passed);
	if (!turn || (turn.opensMs !== null && rollout.nowMs < turn.opensMs)) return actions;
	if (turn.gate) return [...actions, { kind: "ask", gate: turn.gate }];
	if (policy.window && !isInWindow(policy.window, rollout.nowMs)) return actions;
	// Counting those nobody knows of as none would take one more out than is allowed.
	if (rollout.unavailableKnown === false) return actions;

	const next: string[] = [];
	let out =
		rollout.otherUnavailable +
		byOut(rollout.runs).length +
		rollout.runs.filter((run) => run.unavailable && !OUT.includes(run.state)).length;
	for (const run of turn.wave.runs.filter((candidate) => BEFORE.includes(candidate.state) && !candidate.silent)) {
		// In the order that was reviewed, whoever is prepared first: none of the next zone or rack goes before the last one of this.
		if (run.state !== "prepared") break;
		// An earlier node's retry may be out although its wave is not the current one.
		if (run.controlPlane && (rollout.otherControlPlaneOut || byOut(rollout.runs).some((other) => other.controlPlane))) break;
		if (out + cost(run) > rollout.maxUnavailable) break;
		// A node that is out already still goes one at a time with the rest: its place is counted above.
		next.push(run.id);
		out += cost(run);
	}
	const [first] = next;
	if (rollout.pods === "overdue" && first !== undefined) return [...actions, { kind: "hold-for-pods", next: first }];
	if (rollout.pods === "closed" || first === undefined) return actions;
	return [...actions, ...next.map((runId) => ({ kind: "go-out" as const, runId }))];
}

/** Every node is done: the gates are asked as before a further one, but by a person's stop. */
function ofEnd({ state, pods = "open", heldAtGate = false }: Rollout, last: RolloutRun | undefined): RolloutAction[] {
	if (state === "held" && heldAtGate) return [];
	if (!last || pods === "open" || (state !== "running" && state !== "paused")) return [{ kind: "end", state: "done" }];
	return pods === "overdue" && state === "running" ? [{ kind: "hold-for-pods", next: last.id }] : [];
}

function byOut(runs: readonly RolloutRun[]): RolloutRun[] {
	return runs.filter((run) => OUT.includes(run.state));
}

/**
 * The failure after which nothing new starts; null where there is none. "unknown" while runs are on their way back whose failing would be
 * one: whether they have failed is known when they end. A run that is held counts as failed, so that a person may let the rest go on;
 * where failures take a whole batch back it is too early for that, and it is one whose end is not known.
 */
function failuresThatHold({ policy, direction }: Rollout, waves: ReturnType<typeof wavesOf<RolloutRun>>): RolloutRun | "unknown" | null {
	const rollsBack = policy.onFailures === "roll-back" && direction === "migrate";
	const unseen: RolloutRun[] = [];
	const pending: RolloutRun[] = [];
	let grave: RolloutRun | null = null;
	let gravePending = false;
	for (const { kind, runs } of waves) {
		for (const run of runs) {
			const held = run.held && !run.failureSeen;
			const failed = (FAILED.includes(run.state) && !run.failureSeen) || (held && !rollsBack);
			const back = run.state === "reverting" || (run.state === "cleaning" && !run.called) || (held && rollsBack);
			if (failed) unseen.push(run);
			if (back) pending.push(run);
			if (kind !== "batch") {
				if (failed) grave ??= run;
				gravePending ||= back;
			}
		}
	}
	// A node that may be stopped half-way needs hands now, whatever the threshold.
	grave ??= unseen.find((run) => run.state === "revert-failed") ?? null;
	const tooMany = unseen.length > policy.maxFailures ? (unseen[0] ?? null) : null;
	const held = grave ?? tooMany;
	const wouldHold = held !== null || gravePending || unseen.length + pending.length > policy.maxFailures;
	return pending.length > 0 && wouldHold ? "unknown" : held;
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
