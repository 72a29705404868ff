import type { Message } from "../../../lib/contracts/finding.ts";
import { commit } from "../../remote/commit.ts";
import { RemoteError } from "../../remote/errors.ts";
import { said } from "../codes.ts";
import type { Executor, Lease } from "../ports.ts";
import { isFinal } from "../transitions.ts";
import { consoleStep } from "./console-step.ts";
import { type ExecutorPorts, RunContext } from "./context.ts";
import { leaveCordoned } from "./cordon.ts";
import { cutover } from "./cutover.ts";
import { drain } from "./drain.ts";
import { asMessage, isOwnTrouble, RunFailure } from "./failure.ts";
import { finish, finishLater } from "./finish.ts";
import { prepare } from "./prepare.ts";
import { untilNodeSays } from "./silence.ts";
import { clean, cleanLater, isSettledAfterAll, revert } from "./undo.ts";
import { verifyAndCommit } from "./verify.ts";

/**
 * Carries one leased run as far as it goes. It may begin in any state: each part looks at the node before it does anything, so a run
 * that another console left in the middle goes on from what the node says.
 */
export function createExecutor(ports: ExecutorPorts): Executor {
	return async (lease: Lease) => {
		const context = new RunContext(ports, lease, await ports.store.load(lease.runId));
		if (isFinal(context.run.state)) {
			if (await lookAgain(context)) ports.ended(context.run.nodeId);
			return;
		}
		// What an earlier worker waited for may have passed.
		await context.waiting(null);
		if (context.run.state === "prepared" && (await context.cancelled())) await toCleaning(context, said("run.cancelled"));
		while (!lease.signal.aborted && !isFinal(context.run.state) && context.run.state !== "prepared" && context.run.state !== "queued") {
			await advance(context);
		}
		if (!lease.signal.aborted && isFinal(context.run.state)) ports.ended(context.run.nodeId);
	};
}

async function advance(context: RunContext): Promise<void> {
	switch (context.run.state) {
		case "preparing":
			return preparing(context);
		case "draining":
			return draining(context);
		case "cutover":
			return onNode(context, () => cuttingOver(context));
		case "verifying":
			return onNode(context, () => verifying(context));
		case "finishing":
			return finishing(context, staysCordoned(context));
		case "cleaning":
			return onNode(context, () => cleaning(context));
		case "reverting":
			return onNode(context, () => reverting(context));
		default:
			return;
	}
}

async function preparing(context: RunContext): Promise<void> {
	const end = await attempt(context, prepare);
	if (typeof end !== "string") return toCleaning(context, end);
	if (end === "cancelled" || (await context.cancelled())) return toCleaning(context, said("run.cancelled"));
	await context.become("prepared", said("run.prepared"));
}

async function draining(context: RunContext): Promise<void> {
	const end = await attempt(context, drain);
	if (typeof end !== "string") return toCleaning(context, end);
	if (end === "cancelled" || (await context.cancelled())) return toCleaning(context, said("run.cancelled"));
	await context.become("cutover", said("run.cutover"));
}

async function cuttingOver(context: RunContext): Promise<void> {
	const end = await cutover(context);
	switch (end.kind) {
		case "verified-on-node":
			return context.become("verifying", said("run.verified-on-node"), { verified: "node" });
		case "not-begun":
			return toCleaning(context, end.told);
		case "going-back":
			return toReverting(context, end.told);
		default:
			return end satisfies never;
	}
}

async function verifying(context: RunContext): Promise<void> {
	const end = await verifyAndCommit(context);
	if (end.kind === "going-back") return toReverting(context, end.told);
	const { verified } = end;
	await context.become("finishing", said("run.committed", { verified }), { verified, revertAt: null });
	await finishing(context, end.staysCordoned);
}

async function finishing(context: RunContext, cordonStays: boolean): Promise<void> {
	const node = context.run.nodeName;
	const result = await finish(context, cordonStays);
	if (await context.cancelled()) await context.note(said("run.cancel-too-late", { node }));
	await context.become("done", result, { result });
}

async function cleaning(context: RunContext): Promise<void> {
	if ((await clean(context)) === "reverting") {
		// Its cutover had begun: the whole way back runs on the node, and what came of it is the run's end.
		const end = await revert(context);
		if (end.kind === "revert-failed") return revertFailed(context, end.told);
		if (end.kind === "committed" || (await wasArmed(context)))
			return context.become("reverting", said("run.reverting"), { revertAt: null });
	}
	const { result } = await context.ports.store.load(context.run.id);
	if (result?.code === "run.not-started") return context.become("not-started", result);
	if (result?.code === "run.cancelled") return context.become("cancelled", said("run.cancelled"));
	await context.become("failed", said("run.failed"));
}

/** Whether anything that runs can have been changed: from arming on it is, before it never. */
async function wasArmed(context: RunContext): Promise<boolean> {
	const steps = await context.ports.store.steps(context.run.id);
	return steps.some((step) => step.id === "arm-revert" && step.state === "ok");
}

async function reverting(context: RunContext): Promise<void> {
	const end = await revert(context);
	switch (end.kind) {
		case "reverted":
			return context.become("reverted", said("run.reverted"));
		case "revert-failed":
			return revertFailed(context, end.told);
		case "committed":
			// The commit had won after all: the node says so, and the node is the truth.
			await completeCommit(context);
			return context.become("finishing", said("run.committed", { verified: "node" }), { verified: "node", revertAt: null, result: null });
		default:
			return end satisfies never;
	}
}

/** A run that has ended, where the node may say more by now; nothing is changed where it does not. True where the node is another since. */
async function lookAgain(context: RunContext): Promise<boolean> {
	if (context.run.state === "done") {
		await finishLater(context, staysCordoned(context));
		return false;
	}
	if (context.run.state !== "revert-failed") return cleanLater(context);
	if (!(await isSettledAfterAll(context))) return false;
	const end = await revert(context);
	if (end.kind === "revert-failed") {
		await context.waiting(null);
		return false;
	}
	if (end.kind === "reverted") await context.become("reverted", said("run.reverted"));
	else {
		await completeCommit(context);
		const result = await finish(context, staysCordoned(context));
		await context.become("done", result, { result });
	}
	return true;
}

/** The decision stands; a power cut may have come before what follows it on the node, without which it would take no other run. */
async function completeCommit(context: RunContext): Promise<void> {
	const { run, session } = context;
	const ask = async () => {
		try {
			await commit(session, run.id, context.claim);
		} catch (error) {
			// Another console has taken the run over: what is left to do there is that one's.
			if (!(error instanceof RemoteError && error.code === "remote.locked-by")) throw error;
		}
	};
	await consoleStep(context, "commit", () => untilNodeSays(context, ask));
}

/** A node that was committed without the cluster's word keeps its cordon for a person. */
function staysCordoned({ run }: RunContext): boolean {
	return run.verified === "node" && !run.withoutApi;
}

function toCleaning(context: RunContext, result: Message): Promise<void> {
	return context.become("cleaning", said("run.cleaning"), { result });
}

function toReverting(context: RunContext, result: Message): Promise<void> {
	return context.become("reverting", said("run.reverting"), { result, revertAt: null });
}

/** Loud, and with the cause that the way back itself named; a cordon that stays with it is told of. */
async function revertFailed(context: RunContext, told: Message): Promise<void> {
	await leaveCordoned(context);
	await context.become("revert-failed", said("run.revert-failed", { node: context.run.nodeName }), { result: told });
}

/** While the node has it in hand only two things end a run without its word: its folder is gone, or a person gave the node up. */
async function onNode(context: RunContext, work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (error) {
		context.signal.throwIfAborted();
		const gone = error instanceof RemoteError && error.code === "remote.no-run";
		if (!gone && !isGivenUp(error)) throw error;
		await revertFailed(context, gone ? said("run.folder-gone", { node: context.run.nodeName }) : asMessage(error));
	}
}

/** A person has cancelled the run, and its node has been silent for long. */
function isGivenUp(error: unknown): boolean {
	return error instanceof RunFailure && error.told.code === "run.node-lost";
}

/**
 * What came of it, or what went wrong. Neither the end of the lease nor the engine's own trouble is a failure of the run. A person's cancel
 * ends it wherever it stands, also while it waits for a node or an API that does not answer: cleaning up goes by what it finds.
 */
async function attempt<T extends string>(
	context: RunContext,
	work: (context: RunContext) => Promise<T>,
): Promise<T | "cancelled" | Message> {
	const cancel = new AbortController();
	const look = async () => {
		if (await context.cancelled()) cancel.abort();
	};
	const listenNoMore = context.ports.onAsked(context.run.id, () => {
		// A row that could not be read is read again at the next step.
		look().catch((error: unknown) => context.ports.log.warn({ err: error, runId: context.run.id }, "what was asked could not be read"));
	});
	try {
		return await work(context.until(cancel.signal));
	} catch (error) {
		context.signal.throwIfAborted();
		if (cancel.signal.aborted || isGivenUp(error)) return "cancelled";
		if (isOwnTrouble(error)) throw error;
		const told = asMessage(error);
		context.ports.log.warn({ err: error, runId: context.run.id, code: told.code }, "the run failed before its cutover");
		return told;
	} finally {
		listenNoMore();
	}
}
