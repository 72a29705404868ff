import type { NodePod } from "../../lib/contracts/node-page.ts";
import { type DrainPolicy, planDrain } from "./drain-plan.ts";
import type { PodRow } from "./pod-row.ts";

/** A node's pods as its page shows them, by namespace and name, each with what a drain would do with it. Pure. */
export function nodePods(pods: readonly PodRow[], policy: Pick<DrainPolicy, "deleteEmptyDir" | "force">): NodePod[] {
	const { evict, skip, blocked } = planDrain(pods, policy);
	const fates = new Map<PodRow, NodePod["drain"]>([
		...evict.map((pod) => [pod, "evict"] as const),
		...[...skip, ...blocked].map(({ pod, why }) => [pod, why] as const),
	]);
	return [...fates]
		.map(([pod, drain]) => toNodePod(pod, drain))
		.sort((one, other) => byName.compare(one.namespace, other.namespace) || byName.compare(one.name, other.name));
}

const byName = new Intl.Collator("en", { numeric: true });

function toNodePod(pod: PodRow, drain: NodePod["drain"]): NodePod {
	const { namespace, name, phase, ready, controller } = pod;
	return {
		namespace,
		name,
		phase,
		ready,
		deleting: pod.deletingSince !== null,
		controller: controller && `${controller.kind}/${controller.name}`,
		containers: pod.containers.map(({ name, image, running, containerId }) => ({
			name,
			image,
			running,
			runtime: /^([a-z-]+):\/\//.exec(containerId)?.[1] ?? "",
		})),
		startedAt: pod.containers.flatMap(({ running, startedAt }) => (running && startedAt ? startedAt : [])).sort()[0] ?? null,
		drain,
	};
}
