import type { Message } from "./contracts/finding.ts";
import type { RunSigns, RunState, RunView, StepState } from "./contracts/run.ts";
import { FINAL_RUN_STATES, OUT_RUN_STATES } from "./run-states.ts";

/** What a state looks like: the glyph, which says it before any colour does. */
export type StatusKind =
	| "ok"
	| "running"
	| "waiting"
	| "queued"
	| "paused"
	| "blocked"
	| "warning"
	| "failed"
	| "reverted"
	| "hands"
	| "skipped"
	| "unknown";
export type Tone = "neutral" | "info" | "success" | "warning" | "danger";

/** What a node's run is shown as: finer than its state, and never "running" where nobody knows. Catalogue: `run.status.<code>`. */
export type RunStatusCode =
	| "planned"
	| "blocked-by-findings"
	| Exclude<RunState, "finishing">
	| "waiting-turn"
	| "drain-blocked"
	| "cutover-silent"
	| "waiting-for-api"
	| "held"
	| "finishing"
	| "unknown";

export interface RunStatus {
	code: RunStatusCode;
	kind: StatusKind;
	tone: Tone;
	/** True where a person has to look. */
	needsYou: boolean;
	/** Milliseconds since 1970, for "unknown": when the node answered last. */
	lastSeenMs: number | null;
}

/** A node that has not answered for so long while something runs on it is shown as unknown, in milliseconds. */
export const UNKNOWN_AFTER_MS = 10_000;
/** The cluster is asked between two looks at the node, and may take its time. */
const UNKNOWN_AFTER_VERIFYING_MS = 30_000;

const LOOKS: Record<RunStatusCode, { kind: StatusKind; tone: Tone; needsYou?: true }> = {
	planned: { kind: "queued", tone: "neutral" },
	"blocked-by-findings": { kind: "skipped", tone: "warning" },
	queued: { kind: "queued", tone: "neutral" },
	preparing: { kind: "running", tone: "info" },
	prepared: { kind: "waiting", tone: "info" },
	"waiting-turn": { kind: "waiting", tone: "info" },
	draining: { kind: "running", tone: "info" },
	"drain-blocked": { kind: "blocked", tone: "warning", needsYou: true },
	cutover: { kind: "running", tone: "info" },
	"cutover-silent": { kind: "running", tone: "info" },
	verifying: { kind: "running", tone: "info" },
	"waiting-for-api": { kind: "running", tone: "info" },
	held: { kind: "paused", tone: "warning", needsYou: true },
	finishing: { kind: "running", tone: "info" },
	cleaning: { kind: "reverted", tone: "warning" },
	reverting: { kind: "reverted", tone: "warning" },
	done: { kind: "ok", tone: "success" },
	failed: { kind: "failed", tone: "danger", needsYou: true },
	cancelled: { kind: "skipped", tone: "neutral" },
	reverted: { kind: "reverted", tone: "danger", needsYou: true },
	"revert-failed": { kind: "hands", tone: "danger", needsYou: true },
	"not-started": { kind: "skipped", tone: "neutral" },
	skipped: { kind: "skipped", tone: "neutral" },
	unknown: { kind: "unknown", tone: "warning" },
};

export function isFinalRun(run: Pick<RunView, "state">): boolean {
	return (FINAL_RUN_STATES as readonly RunState[]).includes(run.state);
}

/** The cluster did not verify it in its time, and the policy has a person look before it goes back. */
export function isHeld(run: Pick<RunView, "state" | "hold">): boolean {
	return run.state === "verifying" && run.hold === "held";
}

/** Its drain does not go on: a pod may not go, or the API cannot be asked. */
export function isBlocked({ state, waiting }: Pick<RunView, "state" | "waiting">): boolean {
	return state === "draining" && (waiting?.code === "drain.blocked" || waiting?.code === "drain.unreachable");
}

/** Between cordon and verified. */
export function isOutRun(run: Pick<RunView, "state">): boolean {
	return (OUT_RUN_STATES as readonly RunState[]).includes(run.state);
}

/** How a run is shown at `nowMs`; in a draft nothing waits yet, it is planned. */
export function runStatus(run: RunSigns, nowMs: number, migration: { draft: boolean } = { draft: false }): RunStatus {
	const code = statusCode(run, nowMs, migration.draft);
	const { kind, tone, needsYou } = LOOKS[code];
	return {
		code,
		kind,
		tone,
		needsYou: (needsYou === true || isHeld(run)) && !migration.draft,
		lastSeenMs: run.seenAt === null ? null : Date.parse(run.seenAt),
	};
}

function statusCode(run: RunSigns, nowMs: number, draft: boolean): RunStatusCode {
	if (run.state === "queued") return draft ? "planned" : "queued";
	if (run.state === "skipped") return run.startedAt === null ? "blocked-by-findings" : "skipped";
	if (isFinalRun(run)) return run.state;
	if (isSilent(run, nowMs)) return "unknown";
	switch (run.state) {
		case "prepared":
			return "waiting-turn";
		case "draining":
			return isBlocked(run) ? "drain-blocked" : "draining";
		case "cutover":
			return run.waiting?.code === "run.node-silent" ? "cutover-silent" : "cutover";
		case "verifying":
			if (isHeld(run)) return "held";
			return run.waiting?.code === "run.api-away" ? "waiting-for-api" : "verifying";
		default:
			return run.state;
	}
}

/** True where something should be running on the node and it has not answered for too long. */
function isSilent(run: RunSigns, nowMs: number): boolean {
	const limitMs = silenceLimitMs(run);
	if (limitMs === null || run.seenAt === null) return false;
	return nowMs - Date.parse(run.seenAt) > limitMs;
}

/** null: nobody looks at the node in this part of a run, so its silence says nothing. */
function silenceLimitMs(run: RunSigns): number | null {
	switch (run.state) {
		case "cutover":
		case "reverting":
			return UNKNOWN_AFTER_MS;
		case "verifying":
			return UNKNOWN_AFTER_VERIFYING_MS;
		case "preparing":
			return run.steps.some((step) => step.where === "node" && step.state === "running") ? UNKNOWN_AFTER_MS : null;
		default:
			return null;
	}
}

/** Why it waits or how it ended: the one sentence worth showing beside the state, or null. */
export function runReason(run: RunView): Message | null {
	if (isFinalRun(run)) return run.state === "done" && run.verified !== "node" ? null : run.result;
	return run.waiting ?? (run.state === "reverting" || run.state === "cleaning" ? run.result : null);
}

/** Whether a person may still call this one node back, and what that does. */
export function cancelEffect(run: RunView): "never-starts" | "cleans-up" | "goes-back" | null {
	switch (run.state) {
		case "queued":
			return "never-starts";
		case "preparing":
		case "prepared":
		case "draining":
			return "cleans-up";
		case "cutover":
		case "verifying":
			return "goes-back";
		default:
			return null;
	}
}

/** A step's state as it is shown: one that runs and does not go on is blocked. */
export type ShownStepState = StepState | "blocked";

/** What a step's state looks like. */
export const STEP_KIND: Record<ShownStepState, StatusKind> = {
	waiting: "queued",
	running: "running",
	blocked: "blocked",
	ok: "ok",
	skipped: "skipped",
	failed: "failed",
	unknown: "unknown",
};

/** After what a person would uncordon the node that this run left cordoned; null where there is nothing to take back. */
export function uncordonEffect(run: Pick<RunView, "state" | "cordonedByUs">): "committed" | "went-back" | "needs-hands" | null {
	if (!run.cordonedByUs || !(FINAL_RUN_STATES as readonly string[]).includes(run.state)) return null;
	if (run.state === "done") return "committed";
	return run.state === "revert-failed" ? "needs-hands" : "went-back";
}
