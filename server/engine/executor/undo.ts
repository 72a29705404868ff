import type { Message } from "../../../lib/contracts/finding.ts";
import { isKubernetesError } from "../../kubernetes/error.ts";
import { verifyNode } from "../../kubernetes/verify.ts";
import { runDir } from "../../plan/layout.ts";
import { cleanUp } from "../../remote/clean.ts";
import { RemoteError } from "../../remote/errors.ts";
import { isArmed, scriptState } from "../../remote/interpret.ts";
import { releaseOwner } from "../../remote/owner.ts";
import { requestRevert } from "../../remote/revert.ts";
import { type NodeRunStatus, readStatus } from "../../remote/status.ts";
import { readUnitStates } from "../../remote/units.ts";
import { said } from "../codes.ts";
import type { RunContext } from "./context.ts";
import { leaveCordoned, staysForLook, uncordon, uncordonOrSay } from "./cordon.ts";
import { asMessage, fail, isOwnTrouble, isPassing } from "./failure.ts";
import { newerThan } from "./heartbeat.ts";
import { bestEffort, untilDone } from "./retry.ts";
import { collectLog, watchNode } from "./watch.ts";

/** A node that was prepared may come back: so long is waited for it before the run ends with something left there. */
const CLEAN_LIMIT_MS = 600_000;
/** A node that never answered is asked once more, and that is all. */
const UNSEEN_LIMIT_MS = 1_000;
const CLEAN_ATTEMPTS = 3;
const BACK_LIMIT_MS = 180_000;
const LOG_LIMIT_MS = 60_000;
const RELEASE_LIMIT_MS = 30_000;
const ASK_AGAIN_MS = 15_000;

/** Failures of the very first contact: nothing was sent, so nothing can lie there. */
const NEVER_THERE =
	/^ssh\.(authentication|host-key|privilege|not-a-shell|connection\.(refused|unreachable|dns|timeout|dropped|protocol|jump-refused))/;

/**
 * Before the cutover: what prepare put on the node is taken away, and the node is uncordoned if Gantry cordoned it, or left so for a
 * look where the policy says that of a node that failed. Ends in any
 * case: what cannot be taken away in its time is said. "reverting" where the cutover had begun after all.
 */
export async function clean(context: RunContext): Promise<"clean" | "reverting"> {
	const { run } = context;
	const nothingThere = !run.seen && NEVER_THERE.test(run.result?.code ?? "");
	if (!nothingThere) {
		const left = await takeAway(context);
		if (left === "reverting") return "reverting";
		// Nobody follows while it is taken away, and what was said of it belongs to the record all the same.
		const unread = run.seen ? await bestEffort(context, () => collectLog(context), left ? 0 : LOG_LIMIT_MS) : null;
		// What only lies on the node yet is left there too: it is read when the node lets somebody in again.
		const because = left?.code ?? (unread?.because === "remote.no-run" ? undefined : unread?.because);
		if (because !== undefined && run.seen) {
			await context.note(said("run.left-behind", { node: run.nodeName, path: runDir(run.id), because }));
		}
		if (!left) await release(context);
	}
	if (staysForLook(context)) await leaveCordoned(context);
	else await uncordonOrSay(context);
	return "clean";
}

/** Null once it is done; else why it cannot be done now. */
async function takeAway(context: RunContext): Promise<"reverting" | Message | null> {
	const { session, run, ports } = context;
	const limitMs = run.seen ? CLEAN_LIMIT_MS : UNSEEN_LIMIT_MS;
	const begun = ports.monotonicMs();
	for (let failures = 0; ; ) {
		context.signal.throwIfAborted();
		try {
			const left = Math.max(0, limitMs - (ports.monotonicMs() - begun));
			const result = await untilDone(context, () => cleanUp(session, run.id, context.claim), left);
			if (result.kind === "cleaned") return null;
			// The cutover had begun, or the run was decided, after all: the node says how it ended.
			if (result.kind === "reverting" || result.kind === "too-late") return "reverting";
			if (result.kind === "failed") {
				failures += 1;
				if (failures >= CLEAN_ATTEMPTS) return said("run.clean-up-failed", { node: run.nodeName, exit: result.code });
			} else if (ports.monotonicMs() - begun > limitMs) return said("run.clean-up-failed", { node: run.nodeName, exit: "" });
		} catch (error) {
			context.signal.throwIfAborted();
			if (isOwnTrouble(error)) throw error;
			// Nothing was ever installed there: because there is no folder, or because another run's node refused it.
			const nothing = error instanceof RemoteError && (error.code === "remote.no-run" || (error.code === "remote.locked-by" && !run.seen));
			if (nothing) return null;
			ports.log.warn({ err: error, runId: run.id }, "the run was not cleaned up");
			return asMessage(error);
		}
		await ports.wait(failures > 0 ? ASK_AGAIN_MS : 1_000, context.signal);
	}
}

/** A run that ended with something left on its node: taken away now, if the node allows it. True once it is. Throws nothing of the node's. */
export async function cleanLater(context: RunContext): Promise<boolean> {
	const { session, run } = context;
	let kept: { because: string } | null = null;
	kept = await bestEffort(
		context,
		async () => {
			const result = await cleanUp(session, run.id, context.claim);
			if (result.kind !== "cleaned") fail(said("run.clean-up-failed", { node: run.nodeName, exit: "" }));
		},
		0,
	);
	if (kept && kept.because !== "remote.no-run") return false;
	await bestEffort(context, () => collectLog(context), LOG_LIMIT_MS);
	await release(context);
	await context.note(said("run.cleaned-later", { node: run.nodeName }));
	return true;
}

export type RevertEnd = { kind: "reverted" } | { kind: "revert-failed"; told: Message } | { kind: "committed" };

/** Watches the way back to its end. The node does it by itself; where nothing does it yet, it is asked to. */
export async function revert(context: RunContext): Promise<RevertEnd> {
	const { session, run, ports } = context;
	let last: NodeRunStatus | null = null;
	let askedMs = Number.NEGATIVE_INFINITY;
	const end = await watchNode<RevertEnd>(context, "revert", async (status, heard) => {
		last = status;
		if (status.decision === "commit") return { kind: "committed" };
		const state = scriptState(status, "revert");
		if (state.kind === "running" || state.kind === "unknown") return null;
		if (status.final === "reverted" || status.final === "cleaned") return { kind: "reverted" };
		if (status.final === "revert-failed") {
			return { kind: "revert-failed", told: heard.causes.at(-1) ?? said("run.revert-failed", { node: run.nodeName }) };
		}
		// Not begun, lost, or ended without a final state (another worked on the node): asked for again, but not in a hurry.
		if (ports.monotonicMs() - askedMs < ASK_AGAIN_MS) return null;
		askedMs = ports.monotonicMs();
		await requestRevert(session, run.id, context.claim);
		return null;
	});
	if (end.kind !== "reverted") return end;
	const down = await stillDown(context);
	if (down) return { kind: "revert-failed", told: said("run.not-back", { node: run.nodeName, ...down }) };
	const told = await backInCluster(context, last);
	if (told) return { kind: "revert-failed", told };
	await release(context);
	return end;
}

/**
 * What does not run again on a node that has gone back: the boot's way back restores files and starts nothing (safety rule 2), so its
 * final state tells nothing of what starts after it. Null where all does, and where the node does not say.
 */
async function stillDown(context: RunContext): Promise<{ unit: string; state: string } | null> {
	const { run, ports, signal } = context;
	const begun = ports.monotonicMs();
	for (let down: { unit: string; state: string } | null = null; ; ) {
		signal.throwIfAborted();
		try {
			down = await firstDown(context);
			if (!down) return null;
		} catch (error) {
			signal.throwIfAborted();
			if (!isPassing(error)) throw error;
		}
		if (ports.monotonicMs() - begun > BACK_LIMIT_MS) return down;
		await context.waiting(said("run.waiting-for-node-back", { node: run.nodeName }));
		await ports.wait(2_000, signal);
	}
}

/** The runtime that the node goes back to, then the kubelet: the first that is not active. */
async function firstDown({ session, run, signal }: RunContext): Promise<{ unit: string; state: string } | null> {
	const states = await readUnitStates(session, [`${runtimeBefore(run)}.service`, "kubelet.service"], { timeoutMs: 30_000, signal });
	const down = [...states].find(([, state]) => state !== "active" && state !== "");
	return down ? { unit: down[0], state: down[1] } : null;
}

/**
 * A run whose way back had failed, looked at once more: its next boot or a person may have ended it. True where it is reverted, and where a
 * node that was given up had been committed. One that comes back with nothing that takes it back would lie there as it is: it is cleaned
 * up, and the next look sees what came of it.
 */
export async function isSettledAfterAll(context: RunContext): Promise<boolean> {
	const { session, run } = context;
	try {
		const status = await readStatus(session, run.id, { withLog: false, timeoutMs: 20_000 });
		const { kind } = scriptState(status, "revert");
		if (run.result?.code === "run.node-lost") {
			// Who went back by hand after a commit has made it something else.
			if (status.decision === "commit") return !status.byHand && (status.final === "" || status.final === "committed");
			if (liesAsItIs(status)) await cleanUp(session, run.id, context.claim);
		}
		if ((status.final !== "reverted" && status.final !== "cleaned") || kind === "running" || kind === "unknown") return false;
		return (await firstDown(context)) === null && (await isReadyByNow(context));
	} catch (error) {
		context.signal.throwIfAborted();
		if (isOwnTrouble(error)) throw error;
		return false;
	}
}

/**
 * Waits until the cluster shows the node as it was. Only the console uncordons (safety rule 16), and only such a node; by policy one that failed
 * waits for a person. Gives why the node is not back where the cluster says so; null where it is, and where the cluster says nothing.
 */
async function backInCluster(context: RunContext, status: NodeRunStatus | null): Promise<Message | null> {
	const { run, ports, signal } = context;
	if (run.withoutApi) return null;
	const { cordonedByUs } = await ports.store.load(run.id);
	const runtime = runtimeBefore(run);
	const heartbeatAfter = status ? newerThan(status, "revert") : ports.now().toISOString();
	const begun = ports.monotonicMs();
	let notReady = false;
	while (ports.monotonicMs() - begun < BACK_LIMIT_MS) {
		signal.throwIfAborted();
		try {
			const api = await context.cluster();
			if (!api) return null;
			const { met, criteria } = await verifyNode(api, run.nodeName, { runtime, heartbeatAfter }, { signal });
			if (met) {
				if (cordonedByUs && !staysForLook(context)) await uncordon(context, BACK_LIMIT_MS);
				else if (cordonedByUs) await leaveCordoned(context);
				return null;
			}
			notReady = criteria.some((one) => !one.met && (one.id === "ready" || one.id === "runtime"));
		} catch (error) {
			signal.throwIfAborted();
			if (isOwnTrouble(error)) throw error;
			if (isKubernetesError(error, "cluster.not-found")) {
				if (!cordonedByUs) return null;
				// The cordon went with the node's object; whoever makes it anew makes it without.
				await context.note(said("run.node-gone", { node: run.nodeName }));
				await context.patch({ cordonedByUs: false, waiting: null });
				return null;
			}
			if (!isPassing(error)) break;
		}
		await context.waiting(said("run.waiting-for-node-back", { node: run.nodeName }));
		await seen(context);
		await ports.wait(2_000, signal);
	}
	// Whoever ends the run as failed tells of its cordon.
	if (notReady) return said("run.not-ready-again", { node: run.nodeName, runtime });
	if (cordonedByUs) await leaveCordoned(context);
	return null;
}

/** Nothing works on the node, and nothing of this boot will take it back by itself. */
function liesAsItIs(status: NodeRunStatus): boolean {
	const works = ["cutover", "revert"].some((suffix) => ["running", "unknown"].includes(scriptState(status, suffix).kind));
	return status.final === "" && !works && !isArmed(status);
}

/**
 * Whether the cluster shows a node Ready that may not have been so before. One whose API says nothing is as far as it can be, unless it had
 * been seen otherwise. Throws KubernetesError.
 */
async function isReadyByNow(context: RunContext): Promise<boolean> {
	const { run, signal } = context;
	try {
		const node = await (await context.cluster())?.getNode(run.nodeName, { signal });
		return node === undefined || (node.ready === "True" && node.containerRuntime.startsWith(`${runtimeBefore(run)}://`));
	} catch (error) {
		signal.throwIfAborted();
		if (run.result?.code === "run.not-ready-again" || isOwnTrouble(error)) throw error;
		return true;
	}
}

function runtimeBefore({ plan }: RunContext["run"]): "docker" | "containerd" {
	return plan.runtimeFrom.startsWith("docker://") ? "docker" : "containerd";
}

/** The page calls a node unknown that was not seen for 10 s, and here it is the cluster that is waited for. */
async function seen(context: RunContext): Promise<void> {
	try {
		await readStatus(context.session, context.run.id, { withLog: false, timeoutMs: 5_000 });
		await context.patch({ seenAt: context.ports.now() });
	} catch (error) {
		context.signal.throwIfAborted();
		if (isOwnTrouble(error)) throw error;
	}
}

async function release(context: RunContext): Promise<void> {
	await bestEffort(context, () => releaseOwner(context.session, context.run.id, context.claim), RELEASE_LIMIT_MS);
}
