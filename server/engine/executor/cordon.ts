import { CORDON_MARK } from "../../kubernetes/cordon.ts";
import { planDrain } from "../../kubernetes/drain-plan.ts";
import { isKubernetesError } from "../../kubernetes/error.ts";
import { extendedResources } from "../../kubernetes/extended-resources.ts";
import { podOwnerKey } from "../../kubernetes/pod-owner-key.ts";
import { podLabel } from "../../kubernetes/pod-row.ts";
import { ownersOf } from "../../kubernetes/verify.ts";
import { CRI_SOCKET } from "../../runtime/kubelet/cri-socket.ts";
import { said } from "../codes.ts";
import type { RunBefore } from "../ports.ts";
import type { RunContext } from "./context.ts";
import { isPassing } from "./failure.ts";
import { bestEffort, untilDone } from "./retry.ts";

const API_LIMIT_MS = 120_000;
const UNCORDON_LIMIT_MS = 600_000;

/**
 * Keeps the node as it was and cordons it. A cordon that an earlier run of Gantry's left on this node becomes this run's; anybody
 * else's stays theirs.
 */
export async function cordon(context: RunContext): Promise<void> {
	const { run, ports, lease, signal } = context;
	const api = await context.cluster();
	if (!api) return;
	// A write on its way is waited for also where a person cancels: the uncordon that follows must not be overtaken by it.
	const writing = { signal: lease.signal };
	await untilDone(
		context,
		async () => {
			const node = await api.getNode(run.nodeName, { signal });
			const mark = node.annotations[CORDON_MARK];
			const foreign = node.unschedulable && mark !== run.id;
			const left = foreign && mark !== undefined && (await ports.store.leftCordoned(run.id, mark));
			// On record before the cordon: whoever takes over after a crash knows that it may be ours, and the mark tells.
			await keep(context, foreign && !left);
			if (left) await api.annotate(run.nodeName, CORDON_MARK, run.id, writing);
			// Also one that was left, since somebody may take it back at this very moment.
			const { ours } = await api.cordon(run.nodeName, run.id, writing);
			if (ours) await ports.store.ownCordon(lease);
		},
		API_LIMIT_MS,
	);
}

/** The node object before the drain, once. */
async function keep(context: RunContext, unschedulable: boolean): Promise<void> {
	const { run, signal } = context;
	const api = await context.cluster();
	if (!api || run.before) return;
	const node = await api.getNode(run.nodeName, { signal });
	const socket = node.annotations[CRI_SOCKET];
	const { evict, skip } = planDrain(await api.podsOnNode(run.nodeName, { signal }), run.policy.drain);
	const drained = run.plan.steps.some(({ id }) => id === "evict");
	const staying = skip.filter(({ pod, why }) => why !== "finished" && pod.phase === "Running");
	const before: RunBefore = {
		unschedulable,
		annotations: socket === undefined ? {} : { [CRI_SOCKET]: socket },
		pods: staying.filter(({ pod }) => pod.mirror && pod.ready).map(({ pod }) => podLabel(pod)),
		owners: ownersOf(staying.filter(({ pod }) => !pod.mirror).map(({ pod }) => pod)),
		evicted: drained ? [...new Set(evict.map(podOwnerKey))] : [],
		uids: drained ? [] : evict.filter(({ namespace, ready }) => namespace === "kube-system" && ready).map(({ uid }) => uid),
		devices: extendedResources(node.allocatable),
	};
	await context.patch({ before });
	run.before = before;
}

/** True where a cordon on the node may be this run's: the record is written beside the API's, and a crash may lie between. */
async function mayBeOurs(context: RunContext): Promise<boolean> {
	const { cordonedByUs, before } = await context.ports.store.load(context.run.id);
	return cordonedByUs || before?.unschedulable === false;
}

/** Takes back this run's own cordon and no other, repeated until it holds. A node that the API no longer knows needs none. */
export async function uncordon(context: RunContext, limitMs: number, passes = isPassing): Promise<void> {
	const { run, signal } = context;
	if (run.withoutApi) return;
	const ask = async () => (await context.cluster())?.uncordon(run.nodeName, run.id, { signal });
	try {
		await untilDone(context, ask, limitMs, passes);
	} catch (error) {
		if (!isKubernetesError(error, "cluster.not-found")) throw error;
		await context.note(said("run.node-gone", { node: run.nodeName }));
	}
	await context.patch({ cordonedByUs: false, waiting: null });
}

/**
 * By policy a node that failed stays cordoned until a person has had a look at it. What a person called back, or what never started,
 * did not fail.
 */
export function staysForLook({ run }: RunContext): boolean {
	if (run.policy.rollout.onNodeFailure !== "hold") return false;
	return run.result !== null && run.result.code !== "run.cancelled" && run.result.code !== "run.not-started";
}

/** Leaves the cordon for a person to take back, and says so; nothing where the run had not come so far. */
export async function leaveCordoned(context: RunContext): Promise<void> {
	const { run, signal } = context;
	if (run.withoutApi || !(await mayBeOurs(context))) return;
	if (!(await context.ports.store.load(run.id)).cordonedByUs) {
		// A crash may have come between the cordon and its record: the mark tells. Where it cannot be asked for it is taken as left.
		let ours = true;
		const ask = async () => {
			const node = await (await context.cluster())?.getNode(run.nodeName, { signal });
			ours = node?.unschedulable === true && node.annotations[CORDON_MARK] === run.id;
		};
		await bestEffort(context, ask, API_LIMIT_MS);
		if (!ours) return;
		await context.patch({ cordonedByUs: true });
	}
	await context.note(said("run.left-cordoned", { node: run.nodeName }));
}

/** Uncordons for a run that ends without its cutover: what cannot be uncordoned in time is left, and said. */
export async function uncordonOrSay(context: RunContext): Promise<void> {
	if (context.run.withoutApi || !(await mayBeOurs(context))) return;
	const kept = await bestEffort(context, () => uncordon(context, UNCORDON_LIMIT_MS), 0);
	if (!kept) return;
	// Also where a crash came between the cordon and its record: a person may take it back then.
	await context.patch({ cordonedByUs: true });
	await context.note(said("run.left-cordoned", { node: context.run.nodeName }));
}
