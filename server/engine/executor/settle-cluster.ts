import type { Message } from "../../../lib/contracts/finding.ts";
import { isKubernetesError } from "../../kubernetes/error.ts";
import { containerdEndpoint } from "../../plan/endpoint.ts";
import { CRI_SOCKET } from "../../runtime/kubelet/cri-socket.ts";
import { said } from "../codes.ts";
import { consoleStep, skippedStep } from "./console-step.ts";
import type { RunContext } from "./context.ts";
import { uncordon } from "./cordon.ts";
import { asMessage, isOwnTrouble, RunFailure } from "./failure.ts";
import { untilDone } from "./retry.ts";

/** At least so long the cluster gets, however short a wait for it the policy has. */
const LEAST_LIMIT_MS = 300_000;
/** So long the uncordon waits for the annotation. */
const BEFORE_UNCORDON_MS = 5_000;

/**
 * Once a node is committed: annotation, then uncordon, and never a reason to go back (safety rule 1). What the cluster refuses, for whatever
 * reason, is repeated as long as the policy waits for an API that is away. Null once it is done; else what the node lacks, and why: its run
 * ends all the same, and `settleLater` tries again.
 */
export async function settleCluster(context: RunContext, staysCordoned: boolean): Promise<Message | null> {
	const { run, ports } = context;
	if (run.withoutApi) {
		await skippedStep(context, "annotate");
		await skippedStep(context, "uncordon");
		return null;
	}
	const endsMs = ports.monotonicMs() + Math.max(LEAST_LIMIT_MS, run.policy.apiOutageS * 1_000);
	const leftMs = () => Math.max(0, endsMs - ports.monotonicMs());
	const annotating = (limitMs: number) =>
		refusal(context, () => consoleStep(context, "annotate", () => untilDone(context, () => annotate(context), limitMs, mayPass)));
	const uncordons = run.cordonedByUs && !staysCordoned;
	// Nobody counts the node as out any more: an annotation that is refused does not keep it cordoned.
	let annotation = await annotating(uncordons ? BEFORE_UNCORDON_MS : leftMs());
	let cordon: Message | null = null;
	if (uncordons) cordon = await refusal(context, () => consoleStep(context, "uncordon", () => uncordon(context, leftMs(), mayPass)));
	else if (await begun(context, "uncordon")) await done(context, "uncordon");
	else await skippedStep(context, "uncordon");
	if (cordon || (run.cordonedByUs && staysCordoned)) await context.note(said("run.left-cordoned", { node: run.nodeName }));
	if (annotation && uncordons) annotation = await annotating(leftMs());
	const because = annotation ?? cordon;
	if (!because) return null;
	const lacks = annotation && cordon ? "both" : annotation ? "annotation" : "uncordon";
	return said("run.done-unfinished", { node: run.nodeName, lacks, because: because.code }, because.values);
}

/** What a run left undone in its cluster, tried once more. True once all of it is done. Throws nothing of the cluster's. */
export async function settleLater(context: RunContext, staysCordoned: boolean): Promise<boolean> {
	const { run, ports } = context;
	if (await refusal(context, () => annotate(context))) return false;
	if (run.cordonedByUs && !staysCordoned && (await refusal(context, () => uncordon(context, 0)))) return false;
	const steps = await ports.store.steps(run.id);
	for (const { id, state } of steps) if ((id === "annotate" || id === "uncordon") && state !== "skipped") await done(context, id);
	return true;
}

/** Another worker did the step, or began it and ended before it could say what came of it. */
async function begun({ ports, run }: RunContext, id: string): Promise<boolean> {
	return (await ports.store.steps(run.id)).some((step) => step.id === id && ["running", "ok"].includes(step.state));
}

/** A step whose effect is on record, or was seen since it failed. */
async function done({ ports, lease }: RunContext, id: string): Promise<void> {
	await ports.store.step(lease, { id, phase: "finish", where: "console", state: "ok" });
}

/** A grant may be given back and a webhook put right; a cluster whose access was taken away is as good as none. */
function mayPass(error: unknown): boolean {
	return !isOwnTrouble(error) && !(error instanceof RunFailure) && !isKubernetesError(error, "cluster.not-found");
}

/** Why it could not be done; null where it was. */
async function refusal(context: RunContext, work: () => Promise<unknown>): Promise<Message | null> {
	try {
		await work();
		return null;
	} catch (error) {
		context.signal.throwIfAborted();
		if (isOwnTrouble(error)) throw error;
		context.ports.log.warn({ err: error, runId: context.run.id }, "the cluster did not take what is left to do after the commit");
		return asMessage(error);
	}
}

/** kubeadm reads the runtime's socket from here at the next upgrade; a stale value makes that fail. */
async function annotate(context: RunContext): Promise<void> {
	const { run, ports, signal } = context;
	if (run.before?.annotations[CRI_SOCKET] === undefined) return;
	const socket = run.direction === "migrate" ? containerdEndpoint(run.facts) : await ports.originalAnnotation(run.id);
	if (socket === null) return;
	try {
		await (await context.cluster())?.annotate(run.nodeName, CRI_SOCKET, socket, { signal });
	} catch (error) {
		if (!isKubernetesError(error, "cluster.not-found")) throw error;
		await context.note(said("run.node-gone", { node: run.nodeName }));
	}
}
