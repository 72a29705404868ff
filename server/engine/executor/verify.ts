import type { Message } from "../../../lib/contracts/finding.ts";
import { KubernetesError } from "../../kubernetes/error.ts";
import { type NodeExpectation, verifyNode } from "../../kubernetes/verify.ts";
import { commit } from "../../remote/commit.ts";
import { extendDeadline } from "../../remote/deadline.ts";
import { secondsToRevert } from "../../remote/interpret.ts";
import { requestRevert } from "../../remote/revert.ts";
import { type NodeRunStatus, readStatus } from "../../remote/status.ts";
import { said } from "../codes.ts";
import { consoleStep } from "./console-step.ts";
import type { RunContext } from "./context.ts";
import { asMessage, isOwnTrouble, RunFailure } from "./failure.ts";
import { newerThan } from "./heartbeat.ts";
import { Hold } from "./hold.ts";
import { Silence, untilNodeSays } from "./silence.ts";
import { revertMoment } from "./watch.ts";
import { whyBack } from "./why-back.ts";

export type VerifyEnd =
	| {
			kind: "committed";
			verified: "cluster" | "node";
			staysCordoned: boolean;
			/** A person's word, in spite of the cluster. */
			kept?: true;
	  }
	| { kind: "going-back"; told: Message };

/** Below this the timer is set anew, in seconds: longer than any pause between two looks. */
const EXTEND_BELOW_S = 180;
const EXTEND_TO_S = 600;
const LOOK_EVERY_MS = 2_000;
/**
 * A NO is believed only of an API that has answered for so long without a break: the first answers after an outage tell what was
 * before it. Well below what the revert is put off by, so that waiting never lets the timer fire.
 */
const GRACE_MS = 60_000;
/** After a console's absence the cluster gets so long at least, however long ago the cutover ended. */
const LEAST_S = 60;

/**
 * The node has verified itself; the cluster has still to show it. The armed revert is put off while the console is in contact. Where
 * the API is away, the policy decides at its cap (safety rule 16). A node that is not verified in its time goes back, or is held for a
 * look first. Commits on the node: the decision is the node's answer, nothing else.
 */
export async function verifyAndCommit(context: RunContext): Promise<VerifyEnd> {
	const verified = { ok: (end: VerifyEnd) => end.kind === "committed" && !end.kept };
	const silence = new Silence(context);
	const judged = await consoleStep(context, "verify-cluster", () => verifyCluster(context, silence), verified);
	if (judged.kind === "going-back") return judged;
	const ask = () => untilNodeSays(context, () => commit(context.session, context.run.id, context.claim), silence);
	const decision = await consoleStep(context, "commit", ask, { ok: (answer) => answer === "commit" });
	return decision === "commit" ? judged : goneBack(context);
}

async function verifyCluster(context: RunContext, silence: Silence): Promise<VerifyEnd> {
	const { run, session, ports, signal } = context;
	const first = await untilNodeSays(context, () => readStatus(session, run.id, { withLog: false }), silence);
	if (first.decision === "commit") {
		// An earlier worker came so far; whether the cluster had shown it is on record.
		const verified = run.verified ?? "node";
		const end = { kind: "committed", verified, staysCordoned: verified === "node" } as const;
		return run.holdAnswer === "keep" && verified === "node" ? { ...end, kept: true } : end;
	}
	if (first.decision === "revert") return goneBack(context);
	if (run.withoutApi) return { kind: "committed", verified: "node", staysCordoned: false };

	const expected: NodeExpectation = {
		runtime: run.direction === "migrate" ? "containerd" : "docker",
		heartbeatAfter: newerThan(first, "cutover"),
		pods: run.before?.pods ?? [],
		owners: run.before?.owners ?? [],
		uids: run.before?.uids ?? [],
		devices: run.before?.devices ?? {},
	};
	const hold = new Hold(context, first);
	const since = hold.secondsLooking ?? secondsSinceCutover(first);
	let limitMs = Math.max(LEAST_S, run.policy.verifyTimeoutS - since) * 1000;
	let capMs = Math.max(LEAST_S, run.policy.apiOutageS - since) * 1000;
	const choice = run.policy.apiUnreachable ?? (run.plan.controlPlane ? "commit-cordoned" : "revert");
	const atCap = choice === "revert" && run.policy.rollout.onNodeFailure === "hold" ? "hold" : choice;
	let begun = ports.monotonicMs();
	let answeringSince: number | null = null;
	let lookedMs = begun;
	/** An API that does not answer is no node that is not verified: its time does not count against the node. */
	let awayMs = 0;
	let toldOf: string | null = null;
	for (;;) {
		signal.throwIfAborted();
		const asked = context.untilAsked();
		try {
			if (await context.cancelled()) return await goBack(context, silence, said("run.cancelled"));
			switch (await hold.answer()) {
				case "keep":
					return { kind: "committed", verified: "node", staysCordoned: true, kept: true };
				case "look-again":
					await hold.lookAgain();
					begun = ports.monotonicMs();
					lookedMs = begun;
					awayMs = 0;
					limitMs = run.policy.verifyTimeoutS * 1000;
					capMs = run.policy.apiOutageS * 1000;
			}
			const { met, outstanding, unreachable, via } = await look(context, expected, asked.signal);
			// A question that was cut short says nothing of the API.
			if (unreachable && asked.signal.aborted) continue;
			const nowMs = ports.monotonicMs();
			if (unreachable) awayMs += nowMs - lookedMs;
			lookedMs = nowMs;
			if (via && via !== toldOf) {
				toldOf = via;
				await context.note(said("run.other-api-server", { node: run.nodeName, server: via }));
			}
			if (met) {
				await context.patch({ verified: "cluster", waiting: null });
				return { kind: "committed", verified: "cluster", staysCordoned: false };
			}
			const leftS = Math.max(0, Math.round((capMs - (nowMs - begun)) / 1000));
			const because = { node: run.nodeName, because: outstanding.code };
			await context.waiting(
				hold.leftS !== null
					? said("run.held-for-look", { ...because, leftS: hold.leftS }, outstanding.values)
					: unreachable
						? said("run.api-away", { ...because, leftS, choice: atCap }, outstanding.values)
						: said("run.node-ok-waiting-for-api", because, outstanding.values),
			);
			if ((await putOff(context, hold, silence)) === "revert") return goneBack(context);
			answeringSince = unreachable ? null : (answeringSince ?? nowMs);
			if (hold.leftS !== null) {
				// Where a person answers at the very end, their answer counts.
				if (hold.leftS === 0 && (await ports.store.endHold(context.lease)))
					return await goBack(context, silence, said("run.not-verified", because, outstanding.values));
				await ports.wait(LOOK_EVERY_MS, asked.signal);
				continue;
			}
			const cannotTell = unreachable && nowMs - begun > capMs;
			const believed = answeringSince !== null && nowMs - answeringSince >= GRACE_MS;
			if (cannotTell && choice === "commit-cordoned") {
				await context.note(said("run.committed-without-api", because, outstanding.values));
				return { kind: "committed", verified: "node", staysCordoned: true };
			}
			if (cannotTell || (believed && nowMs - begun - awayMs > limitMs)) {
				const { onNodeFailure, holdS } = run.policy.rollout;
				if (onNodeFailure === "go-back") return await goBack(context, silence, said("run.not-verified", because, outstanding.values));
				// Told first: a console that dies in between tells it twice, and never not at all.
				await context.note(said("run.held", { ...because, holdS }, outstanding.values));
				await hold.begin();
			}
			await ports.wait(LOOK_EVERY_MS, asked.signal);
		} finally {
			asked.end();
		}
	}
}

interface Look {
	met: boolean;
	outstanding: Message;
	unreachable: boolean;
	/** The server that answered, where it is not the kubeconfig's own. */
	via: string | null;
}

/** What the cluster still lacks, or why it cannot be asked. */
async function look(context: RunContext, expected: NodeExpectation, signal: AbortSignal): Promise<Look> {
	try {
		const api = await context.cluster();
		if (!api) return { met: false, outstanding: said("run.no-api", { node: context.run.nodeName }), unreachable: true, via: null };
		const { met, criteria } = await verifyNode(api, context.run.nodeName, expected, { signal });
		const lacking = criteria.find((criterion) => !criterion.met);
		const outstanding = { code: `verify.${lacking?.id ?? "ready"}`, values: lacking?.values ?? {} };
		return { met, outstanding, unreachable: false, via: api.answering === api.server ? null : api.answering };
	} catch (error) {
		context.signal.throwIfAborted();
		if (isOwnTrouble(error) || !(error instanceof KubernetesError || error instanceof RunFailure)) throw error;
		return { met: false, outstanding: asMessage(error), unreachable: true, via: null };
	}
}

/** Repeated until the node has answered: until then its own timer is what takes it back. */
async function goBack(context: RunContext, silence: Silence, told: Message): Promise<VerifyEnd> {
	await untilNodeSays(context, () => requestRevert(context.session, context.run.id, context.claim), silence);
	return { kind: "going-back", told };
}

async function goneBack(context: RunContext): Promise<VerifyEnd> {
	return { kind: "going-back", told: await whyBack(context) };
}

/** Keeps the revert away while the console is in contact; a node that does not answer is asked again at the next look. */
async function putOff(context: RunContext, hold: Hold, silence: Silence): Promise<"none" | "commit" | "revert"> {
	const { session, run, ports, signal } = context;
	try {
		const status = await readStatus(session, run.id, { withLog: false, timeoutMs: 10_000 });
		silence.end();
		hold.saw(status.now);
		await context.patch({ seenAt: ports.now(), revertAt: revertMoment(context, status) });
		const left = secondsToRevert(status);
		if (status.decision !== "none" || left === null || left > EXTEND_BELOW_S) return status.decision;
		return (await extendDeadline(session, run.id, EXTEND_TO_S, context.claim)).decision;
	} catch (error) {
		signal.throwIfAborted();
		if (isOwnTrouble(error)) throw error;
		silence.heardOnly(error);
		ports.log.warn({ err: error, runId: run.id }, "the node does not answer while it is verified");
		return "none";
	}
}

function secondsSinceCutover(status: NodeRunStatus): number {
	const exit = status.exits["cutover"];
	return exit && exit.bootId === status.now.bootId ? status.now.uptimeS - exit.uptimeS : 0;
}
