import { withoutSecrets } from "../../../lib/secret-text.ts";
import { isKubernetesError } from "../../kubernetes/error.ts";
import { containerdEndpoint } from "../../plan/endpoint.ts";
import { readArtifacts } from "../../remote/artifacts.ts";
import { releaseOwner } from "../../remote/owner.ts";
import { CRI_SOCKET } from "../../runtime/kubelet/cri-socket.ts";
import { said } from "../codes.ts";
import { consoleStep, skippedStep } from "./console-step.ts";
import type { RunContext } from "./context.ts";
import { uncordon } from "./cordon.ts";
import { bestEffort, untilDone } from "./retry.ts";

const EVIDENCE = ["evidence/crictl-info.txt", "evidence/crictl-pods.txt"];
/** What the record and the next run can do without. */
const EXTRAS_LIMIT_MS = 60_000;

/** After the commit: annotation, then uncordon, each repeated until it holds, and never a reason to go back (safety rule 1). */
export async function finish(context: RunContext, staysCordoned: boolean): Promise<void> {
	const { run, ports, session } = context;
	// A cluster whose access was taken away meanwhile is as good as none: the commit stands.
	const api = run.withoutApi ? null : await ports.cluster(run.clusterId);
	if (!api) {
		await skippedStep(context, "annotate");
		await skippedStep(context, "uncordon");
	} else {
		await consoleStep(context, "annotate", () => untilDone(context, () => annotate(context), null));
		if (run.cordonedByUs && !staysCordoned) await consoleStep(context, "uncordon", () => uncordon(context, null));
		else if (await begun(context, "uncordon")) await doneBefore(context, "uncordon");
		else await skippedStep(context, "uncordon");
	}
	if (run.cordonedByUs && (staysCordoned || !api)) await context.note(said("run.left-cordoned", { node: run.nodeName }));
	const missing = await bestEffort(
		context,
		async () => {
			for (const [name, artifact] of await readArtifacts(session, run.id, EVIDENCE))
				await ports.store.evidence(context.lease, name.slice("evidence/".length), withoutSecrets(artifact.bytes.toString("utf8")));
		},
		EXTRAS_LIMIT_MS,
	);
	if (missing) await context.note(said("run.evidence-missing", { node: run.nodeName, because: missing.because }));
	// A final run keeps nobody from the node, released or not.
	await bestEffort(context, () => releaseOwner(session, run.id, context.claim), EXTRAS_LIMIT_MS);
}

/** Another worker began the step and ended before it could say what came of it. */
async function begun({ ports, run }: RunContext, id: string): Promise<boolean> {
	return (await ports.store.steps(run.id)).some((step) => step.id === id && step.state === "running");
}

/** A step whose effect is on record, by a worker that ended before it had recorded the step itself. */
async function doneBefore({ ports, lease }: RunContext, id: string): Promise<void> {
	await ports.store.step(lease, { id, phase: "finish", where: "console", state: "ok" });
}

/** kubeadm reads the runtime's socket from here at the next upgrade; a stale value makes that fail. */
async function annotate(context: RunContext): Promise<void> {
	const { run, ports, signal } = context;
	const api = await context.cluster();
	if (!api || run.before?.annotations[CRI_SOCKET] === undefined) return;
	const socket = run.direction === "migrate" ? containerdEndpoint(run.facts) : await ports.originalAnnotation(run.id);
	if (socket === null) return;
	try {
		await api.annotate(run.nodeName, CRI_SOCKET, socket, { signal });
	} catch (error) {
		if (!isKubernetesError(error, "cluster.not-found")) throw error;
		await context.note(said("run.node-gone", { node: run.nodeName }));
	}
}
