import { BLOCK, BLOCK_UNLESS_OVERRIDDEN, type CommonInput, defineCheck, WARN } from "../check.ts";

/** "Started" means healthz 200 (safety rule 13): a kubelet that does not give it now will not give it after. */
export const kubeletHealth = defineCheck({
	id: "kubelet-health",
	codes: {
		"kubelet.healthz.failing": BLOCK_UNLESS_OVERRIDDEN,
		"kubelet.healthz.disabled": BLOCK,
		"kubelet.healthz.unknown": WARN,
	},
	run: ({ facts: { kubelet } }: CommonInput) => {
		const { healthz } = kubelet;
		if (!healthz.known) {
			if (healthz.reason === "disabled") return [{ code: "kubelet.healthz.disabled", evidence: { path: kubelet.configPath } }];
			return [{ code: "kubelet.healthz.unknown", values: { reason: healthz.reason } }];
		}
		const { address, port, ok } = healthz.value;
		return ok ? [] : [{ code: "kubelet.healthz.failing", values: { address, port } }];
	},
});
