import type { V1ContainerStatus, V1Pod, V1PodCondition } from "@kubernetes/client-node";
import type { FailingOwner } from "../rollout/pod-gate.ts";
import { podOwnerKey } from "./pod-owner-key.ts";
import { isMirror } from "./pod-row.ts";

/** Reasons of a container that waits which do not go away by waiting (kubelet: pkg/kubelet/container, pkg/kubelet/images). */
const STUCK: ReadonlySet<string> = new Set([
	"CrashLoopBackOff",
	"ImagePullBackOff",
	"ErrImagePull",
	"ErrImageNeverPull",
	"ImageInspectError",
	"InvalidImageName",
	"RegistryUnavailable",
	"CreateContainerError",
	"CreateContainerConfigError",
	"RunContainerError",
]);
/** A pod that nobody has a place for is looked for one again and again; so long it may take. */
const UNSCHEDULABLE_MS = 120_000;
/** From its place on a node to its first container: without a network or a volume it waits for ever, and says no reason. */
const NOT_STARTED_MS = 300_000;

/** A pod that fails now, or will once it has been as it is for `forMs`. */
interface Symptom {
	owner: string;
	why: string;
	node: string;
	sinceMs: number;
	forMs: number;
	/** Ended for good: it counts only while nobody runs in its place. */
	ended: boolean;
}

/**
 * Reduces pods, page by page, to who fails. What it keeps is small whatever the cluster's size: a few words for each pod that fails, and one
 * number for each owner that has a pod running.
 */
export class FailingPods {
	readonly #symptoms: Symptom[] = [];
	/** By owner: when the newest of its pods that are ready was made, milliseconds since 1970. */
	readonly #ready = new Map<string, number>();
	/** The newest moment that the cluster speaks of: a console whose clock is behind does not take old trouble for new. */
	#newestMs = 0;

	add(pods: readonly V1Pod[]): void {
		for (const pod of pods) {
			this.#newestMs = Math.max(this.#newestMs, ...(pod.status?.conditions ?? []).map(changedMs));
			const symptom = symptomOf(pod);
			if (symptom) this.#symptoms.push(symptom);
			else if (conditionOf(pod, "Ready")?.status === "True") {
				const owner = ownerOf(pod);
				this.#ready.set(owner, Math.max(this.#ready.get(owner) ?? 0, createdMs(pod)));
			}
		}
	}

	/** By owner, in the order of their names. `nowMs`: the console's clock, milliseconds since 1970. */
	owners(nowMs: number): FailingOwner[] {
		const atMs = Math.max(nowMs, this.#newestMs);
		const found = new Map<string, { owner: string; why: string; nodes: Set<string> }>();
		for (const { owner, why, node, sinceMs, forMs, ended } of this.#symptoms) {
			if (atMs - sinceMs < forMs) continue;
			if (ended && (this.#ready.get(owner) ?? Number.NEGATIVE_INFINITY) > sinceMs) continue;
			const known = found.get(owner) ?? { owner, why, nodes: new Set<string>() };
			if (node !== "") known.nodes.add(node);
			found.set(owner, known);
		}
		return [...found.values()]
			.map(({ nodes, ...rest }) => ({ ...rest, nodes: [...nodes].sort() }))
			.sort((a, b) => (a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : 0));
	}
}

/** Null for a pod that is well, that ended as it should, or that was told to go. */
function symptomOf(pod: V1Pod): Symptom | null {
	if (pod.metadata?.deletionTimestamp) return null;
	const is = (why: string, sinceMs: number, forMs = 0, ended = false): Symptom => ({
		owner: ownerOf(pod),
		why,
		node: pod.spec?.nodeName ?? "",
		sinceMs,
		forMs,
		ended,
	});
	const { phase, reason, containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
	// An attempt of a Job may fail; what becomes of the Job is its controller's business.
	if (phase === "Failed") return controllerOf(pod)?.kind === "Job" ? null : is(reason || "Failed", createdMs(pod), 0, true);
	if (phase === "Succeeded") return null;
	const stuck = [...initContainerStatuses, ...containerStatuses].map(waitingFor).find((why) => STUCK.has(why));
	if (stuck !== undefined) return is(stuck, 0);
	if (phase !== "Pending") return null;
	const placed = conditionOf(pod, "PodScheduled");
	if (placed?.status === "False" && placed.reason === "Unschedulable") return is("Unschedulable", changedMs(placed), UNSCHEDULABLE_MS);
	const begun = [...initContainerStatuses, ...containerStatuses].some(({ state }) => state?.running || state?.terminated);
	return placed?.status === "True" && !begun ? is("ContainerCreating", changedMs(placed), NOT_STARTED_MS) : null;
}

function waitingFor({ state }: V1ContainerStatus): string {
	return state?.waiting?.reason ?? "";
}

function conditionOf(pod: V1Pod, type: string): V1PodCondition | undefined {
	return pod.status?.conditions?.find((condition) => condition.type === type);
}

function changedMs({ lastTransitionTime }: V1PodCondition): number {
	return lastTransitionTime ? new Date(lastTransitionTime).getTime() : 0;
}

function createdMs(pod: V1Pod): number {
	const at = pod.metadata?.creationTimestamp;
	return at ? new Date(at).getTime() : 0;
}

function controllerOf(pod: V1Pod) {
	return pod.metadata?.ownerReferences?.find((owner) => owner.controller === true) ?? null;
}

function ownerOf(pod: V1Pod): string {
	const { namespace = "", name = "", labels = {} } = pod.metadata ?? {};
	return podOwnerKey({ namespace, name, labels, mirror: isMirror(pod), controller: controllerOf(pod) });
}
