import type { Policy } from "../../lib/contracts/plan.ts";
import { isFinished, type PodRow } from "./pod-row.ts";

export type DrainPolicy = Pick<Policy["drain"], "timeoutS" | "gracePeriodS" | "deleteEmptyDir" | "force">;

export interface DrainPlan {
	/** To be evicted, or on their way out already: the drain is over when none of them is left. */
	evict: PodRow[];
	/** They stay: a DaemonSet's would come straight back, a mirror's pod is the node's own, a finished one runs nothing. */
	skip: { pod: PodRow; why: "daemonset" | "mirror" | "finished" }[];
	/** The policy does not allow to lose them; nothing is evicted while there is one. */
	blocked: { pod: PodRow; why: "bare" | "emptyDir" }[];
}

/** What draining a node would do with its pods, by the rules of `kubectl drain`. Pure. */
export function planDrain(pods: readonly PodRow[], policy: Pick<DrainPolicy, "deleteEmptyDir" | "force">): DrainPlan {
	const plan: DrainPlan = { evict: [], skip: [], blocked: [] };
	for (const pod of pods) {
		if (pod.mirror) plan.skip.push({ pod, why: "mirror" });
		else if (isFinished(pod)) plan.skip.push({ pod, why: "finished" });
		else if (pod.controller?.kind === "DaemonSet") plan.skip.push({ pod, why: "daemonset" });
		// Somebody else told it to go: nothing that we could still keep.
		else if (pod.deletingSince !== null) plan.evict.push(pod);
		else if (pod.controller === null && !policy.force) plan.blocked.push({ pod, why: "bare" });
		else if (pod.emptyDirs.length > 0 && !policy.deleteEmptyDir) plan.blocked.push({ pod, why: "emptyDir" });
		else plan.evict.push(pod);
	}
	return plan;
}
