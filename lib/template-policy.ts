import type { Policy } from "./contracts/plan.ts";

/** What of a policy holds for other nodes too: of canaries that were named their number stays. */
export function templatePolicy(policy: Policy): Policy {
	const { canary } = policy.rollout;
	if (canary === null || canary.nodeIds.length === 0) return policy;
	return { ...policy, rollout: { ...policy.rollout, canary: { ...canary, nodes: canary.nodeIds.length, nodeIds: [] } } };
}
