import { BLOCK_UNLESS_OVERRIDDEN, type CommonInput, defineCheck, NOTE, WARN } from "../check.ts";

export const cluster = defineCheck({
	id: "cluster",
	codes: {
		// Without an API there is no drain and no verification in the cluster: "verified on the node only" is a person's choice.
		"cluster.api.absent": BLOCK_UNLESS_OVERRIDDEN,
		"node.api.not-ready": BLOCK_UNLESS_OVERRIDDEN,
		"node.api.cordoned": NOTE,
		// The restarted kubelet does not see the other runtime's containers: the policy, which is on record, is the person's word.
		"policy.drain.off": WARN,
	},
	run: ({ apiNode, policy }: CommonInput) => {
		if (!apiNode) return [{ code: "cluster.api.absent" }];
		return [
			...(apiNode.ready === "True" ? [] : [{ code: "node.api.not-ready" as const, values: { ready: apiNode.ready } }]),
			...(apiNode.unschedulable ? [{ code: "node.api.cordoned" as const }] : []),
			...(policy.drain.enabled || policy.prepareOnly ? [] : [{ code: "policy.drain.off" as const }]),
		];
	},
});
