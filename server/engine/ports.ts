/**
 * Words. A *run* is one node's attempt in one direction. A *lease* is the right to write a run, held by one worker for a
 * while; its *fence* grows with every claim, and the node refuses an older one. The *executor* carries one leased run
 * forward; the *store* is the only writer of run rows; *rollout* decides which runs may go out.
 */

import type { Facts } from "../../lib/contracts/facts.ts";
import type { Message } from "../../lib/contracts/finding.ts";
import type { Direction, Phase, Plan, Policy } from "../../lib/contracts/plan.ts";
import type { Hold, HoldAnswer, LogCut, RunState, StepState } from "../../lib/contracts/run.ts";
import type { PodOwner } from "../kubernetes/verify.ts";
import type { IntakeState } from "../logs/intake-state.ts";

/** The node object before the drain. */
export interface RunBefore {
	/** Cordoned by somebody else: it stays so. */
	unschedulable: boolean;
	/** Those that a run may change. */
	annotations: Record<string, string>;
	/** `namespace/name` of mirror pods that are ready, which a drain leaves there: they must be ready again on the other runtime. */
	pods: string[];
	/** DaemonSets with a pod there: a pod of each must run again. Absent in records of an earlier version, which named the pods. */
	owners?: PodOwner[];
	/** kube-system pods that are ready and not evicted, for lack of a drain: as long as they are there they must run again. */
	uids?: string[];
	/** Whose pods the drain evicts (`podOwnerKey`): should they fail elsewhere, it may be this migration's doing. Absent in older records. */
	evicted?: string[];
	/** Extended resources of the node and how many: as many again, or it is not verified (safety rule 20). */
	devices?: Record<string, number>;
	/** When the eviction began and how many pods it had to end: a restart goes on with it and does not start its time over. */
	drain?: { startedAtMs: number; total: number };
}

/** A hold, or the look that a person has had begun anew, by the node's own clock: a console that restarts does not begin it anew. */
export interface RunHold {
	kind: Hold;
	since: { bootId: string; uptimeS: number };
}

/** A step's row, as far as a worker that takes over compares it. */
export interface StepRecord {
	id: string;
	state: StepState;
	durationMs: number | null;
	logLine: number | null;
}

export interface RunRecord {
	id: string;
	migrationId: string;
	clusterId: string;
	nodeId: string;
	nodeName: string;
	direction: Direction;
	position: number;
	attempt: number;
	previousId: string | null;
	state: RunState;
	version: number;
	request: "cancel" | null;
	hold: RunHold | null;
	holdAnswer: HoldAnswer | null;
	plan: Plan;
	/** Facts the plan was made from. */
	facts: Facts;
	policy: Policy;
	/** The node object before the drain: whether it was cordoned, and the annotations we may change. Null without an API. */
	before: RunBefore | null;
	/** The node is not in the API, and a person let it go without. */
	withoutApi: boolean;
	cordonedByUs: boolean;
	verified: "cluster" | "node" | null;
	/** How it ended or is about to end; null while nothing is known. */
	result: Message | null;
	/** The node has answered since this run began: something of it may lie there. */
	seen: boolean;
	fence: number;
	/** Who asked for it and why, as the migration has it. */
	asked: { by: string; reason: string; ticket: string };
}

export interface Lease {
	readonly runId: string;
	readonly leaseId: string;
	readonly fence: number;
	/** Aborted when the lease is lost or the console shuts down: whoever sees it writes nothing more and lets go. */
	readonly signal: AbortSignal;
}

export type RunPatch = Partial<Pick<RunRecord, "before" | "cordonedByUs" | "verified">> & {
	waiting?: Message | null;
	result?: Message | null;
	revertAt?: Date | null;
	seenAt?: Date;
	/** Whatever a person had answered before is taken up with it. */
	hold?: RunHold | null;
};

/**
 * The only writer of run rows. Every method that writes is one conditional statement and throws LeaseLostError, without a trace,
 * where the lease is gone.
 */
export interface RunStore {
	load(runId: string): Promise<RunRecord>;
	/** What a person asked of the run meanwhile; cheap enough to be asked every second. */
	requested(runId: string): Promise<"cancel" | null>;
	/** What a person has answered to the run's hold; cheap like `requested`. */
	holdAnswer(runId: string): Promise<HoldAnswer | null>;
	/** Nobody can answer the hold any more; false, and it stays, where somebody just has. */
	endHold(lease: Lease): Promise<boolean>;
	/** Throws TransitionRefusedError (recorded as an event) where the table does not allow it or the run was elsewhere. */
	transition(lease: Lease, from: RunState, to: RunState, event: Message, patch?: RunPatch): Promise<RunRecord>;
	patch(lease: Lease, patch: RunPatch): Promise<void>;
	/** Appends an event without changing the state. */
	note(lease: Lease, event: Message): Promise<void>;
	/** Values named `line` of the events whose code begins with `node.`: notes of the log that are on record already. */
	notedLines(runId: string): Promise<Set<number>>;
	step(
		lease: Lease,
		step: { id: string; state: StepState; phase?: Phase | "revert"; where?: "console" | "node"; durationMs?: number; logLine?: number },
	): Promise<void>;
	steps(runId: string): Promise<StepRecord[]>;
	/** Where the stored log ends, what is left out of its middle, and where an intake stood; null where none was of this generation. */
	logEnd(runId: string): Promise<{ generation: number; bytes: number; cut: LogCut | null; intake: IntakeState | null }>;
	/** Begins the log's next generation, empty; what was stored stays. Throws LogGapError where `generation` is not the next one. */
	beginLog(lease: Lease, generation: number): Promise<void>;
	/**
	 * Bytes of the node's log, masked, in order; a piece already stored is ignored, a gap or another generation throws LogGapError.
	 * `intake` is stored with the last of them. What is more than a run may keep leaves the log's middle, with the same statement.
	 */
	appendLog(lease: Lease, generation: number, offset: number, bytes: Buffer, intake?: IntakeState): Promise<void>;
	evidence(lease: Lease, name: string, text: string): Promise<void>;
	/** True where `markOwner` is an earlier run of the same node that had to leave it cordoned. */
	leftCordoned(runId: string, markOwner: string): Promise<boolean>;
	/** The cordon on the node is this run's, and no earlier one's any more. */
	ownCordon(lease: Lease): Promise<void>;
}

/** Carries one leased run as far as it goes: to a final state, to `prepared` without leave to go out, or until the lease ends. */
export type Executor = (lease: Lease) => Promise<void>;
