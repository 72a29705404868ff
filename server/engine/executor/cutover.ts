import type { Message } from "../../../lib/contracts/finding.ts";
import { RemoteError } from "../../remote/errors.ts";
import { isArmed, type ScriptState, scriptState } from "../../remote/interpret.ts";
import { takeOwnership } from "../../remote/owner.ts";
import { requestRevert } from "../../remote/revert.ts";
import { startScript } from "../../remote/start.ts";
import { type NodeRunStatus, readStatus } from "../../remote/status.ts";
import { said } from "../codes.ts";
import type { RunContext } from "./context.ts";
import { asMessage, isOwnTrouble } from "./failure.ts";
import { untilDone } from "./retry.ts";
import { untilNodeSays } from "./silence.ts";
import { type Heard, watchNode } from "./watch.ts";
import { whyBack } from "./why-back.ts";

export type CutoverEnd =
	| { kind: "verified-on-node" }
	/** It ended before it was armed: nothing that runs has changed. */
	| { kind: "not-begun"; told: Message }
	| { kind: "going-back"; told: Message };

const START_LIMIT_MS = 60_000;
/** So long a node must have answered that nothing began on it before that is believed of a cutover that was seen to begin. */
const LOST_START_MS = 60_000;
/** What a script exits with when the machine goes down under it: the boot unit goes on. */
const MACHINE_STOPPING = 77;

/**
 * Starts cutover.sh, or finds it started, and watches until the node has decided how it goes on. Silence of the node is expected
 * here and ends nothing.
 */
export async function cutover(context: RunContext): Promise<CutoverEnd> {
	const refused = await begin(context);
	if (refused) return { kind: "not-begun", told: refused };
	let untouchedSinceMs: number | null = null;
	return watchNode<CutoverEnd>(context, "cutover", (status, heard) => {
		const nowMs = context.ports.monotonicMs();
		untouchedSinceMs = isUntouched(status) ? (untouchedSinceMs ?? nowMs) : null;
		return judge(context, status, heard, nowMs - (untouchedSinceMs ?? nowMs));
	});
}

/** Null once the node has it in hand; else why it was not begun, and will not be. */
async function begin(context: RunContext): Promise<Message | null> {
	const { run, session } = context;
	const first = await untilNodeSays(context, () => readStatus(session, run.id, { withLog: false }));
	await context.patch({ seenAt: context.ports.now() });
	if (!isUntouched(first)) return null;
	if (await context.cancelled()) return said("run.cancelled");
	try {
		// The node refuses an older worker of this run from here on.
		await untilDone(context, () => takeOwnership(session, run.id, context.claim), START_LIMIT_MS);
		if (await start(context)) return null;
	} catch (error) {
		context.signal.throwIfAborted();
		if (isOwnTrouble(error)) throw error;
		if (error instanceof RemoteError && (error.code === "remote.already-started" || error.code === "remote.decided")) return null;
		context.ports.log.warn({ err: error, runId: run.id }, "the cutover was not started, as far as is known");
		return (await untouched(context)) ? asMessage(error) : null;
	}
	return (await untouched(context)) ? said("run.cancelled") : null;
}

/** Waits for the script's first word. False where a person calls the run back meanwhile: whether it has begun is not known then. */
async function start(context: RunContext): Promise<boolean> {
	const { run, claim } = context;
	for (;;) {
		const asked = context.untilAsked();
		const waiting = context.until(asked.signal);
		try {
			if (await context.cancelled()) return false;
			await untilDone(waiting, () => startScript(waiting.session, run.id, "cutover", 1, claim), START_LIMIT_MS);
			return true;
		} catch (error) {
			// Something else was asked: a script starts once, so it is asked for anew.
			if (context.signal.aborted || !asked.signal.aborted) throw error;
		} finally {
			asked.end();
		}
	}
}

/** An answer that was lost says nothing; the node does. Cleaning up refuses a cutover that begins after this look. */
async function untouched(context: RunContext): Promise<boolean> {
	const { run, session } = context;
	return isUntouched(await untilNodeSays(context, () => readStatus(session, run.id, { withLog: false })));
}

function isUntouched(status: NodeRunStatus): boolean {
	return scriptState(status, "cutover").kind === "not-started" && status.decision === "none" && status.final === "";
}

async function judge(context: RunContext, status: NodeRunStatus, heard: Heard, untouchedMs: number): Promise<CutoverEnd | null> {
	const { run, session } = context;
	// A commit follows from nothing but a cutover that ended well: what is left to do is the same.
	if (status.decision === "commit") return { kind: "verified-on-node" };
	const cause = heard.causes[0];
	const state = scriptState(status, "cutover");
	if (status.decision === "revert" || status.final !== "")
		return { kind: "going-back", told: cause ?? (await whyGone(context, status, state)) };
	const armed = status.triggers.boot || isArmed(status);
	switch (state.kind) {
		case "not-started":
			return armed ? backIfCancelled(context) : withoutStart(context, untouchedMs, cause ?? (await whyGone(context, status, state)));
		case "running":
			return backIfCancelled(context);
		case "exited":
		case "lost": {
			if (state.kind === "exited" && state.code === 0) return { kind: "verified-on-node" };
			const told = cause ?? (await whyGone(context, status, state));
			if (!armed) return { kind: "not-begun", told };
			await requestRevert(session, run.id, context.claim);
			return { kind: "going-back", told };
		}
		case "unknown":
			return null;
		default:
			return state satisfies never;
	}
}

async function backIfCancelled(context: RunContext): Promise<CutoverEnd | null> {
	if (!(await context.cancelled())) return null;
	await requestRevert(context.session, context.run.id, context.claim);
	return { kind: "going-back", told: said("run.cancelled") };
}

/**
 * It was seen to begin, and a power cut took that away before it lay on the disk; arming comes after it does (safety rule 10). Cleaning
 * up takes the decision first, so that one which begins after this look refuses.
 */
async function withoutStart(context: RunContext, untouchedMs: number, lost: Message): Promise<CutoverEnd | null> {
	if (await context.cancelled()) return { kind: "not-begun", told: said("run.cancelled") };
	return untouchedMs < LOST_START_MS ? null : { kind: "not-begun", told: lost };
}

/** Why the node left its way where no script names a cause. */
async function whyGone(context: RunContext, status: NodeRunStatus, state: ScriptState): Promise<Message> {
	const node = context.run.nodeName;
	const began = status.started["cutover"];
	if ((began && began.bootId !== status.now.bootId) || (state.kind === "exited" && state.code === MACHINE_STOPPING))
		return said("run.node-restarted", { node });
	if (status.decision === "revert" || (state.kind === "exited" && state.code === 0)) return whyBack(context);
	const because = state.kind === "lost" ? state.because : state.kind === "exited" ? String(state.code) : state.kind;
	return said("run.script-lost", { script: "cutover", because });
}
