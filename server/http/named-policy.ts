import type { Policy } from "../../lib/contracts/plan.ts";

/** A policy for people to read: the nodes of its canary by name, in `rollout.canary.named`. */
export function namedPolicy(policy: Policy, nameOf: (nodeId: string) => string): object {
	const { canary } = policy.rollout;
	if (canary === null) return policy;
	const { nodeIds, ...rest } = canary;
	return { ...policy, rollout: { ...policy.rollout, canary: { named: nodeIds.map(nameOf), ...rest } } };
}
