import { readConfig } from "../../probe/parse/kubelet.ts";
import { flagValue } from "../../probe/parse/kubelet-argv.ts";
import { BLOCK, type CommonInput, defineCheck } from "../check.ts";

/** Whether any process of a pod is left is told by the kubepods cgroups (safety rule 4): without them "none is left" says nothing. */
export const podCgroups = defineCheck({
	id: "pod-cgroups",
	codes: { "kubelet.cgroups-per-qos.off": BLOCK },
	run: ({ facts: { kubelet } }: CommonInput) => {
		const config = readConfig(kubelet.config, true);
		const configured = config.known ? config.value["cgroupsPerQOS"] : undefined;
		const flag = flagValue(kubelet.argv, "cgroups-per-qos");
		const off = flag === null ? configured === false : /^(0|f|false)$/i.test(flag);
		if (!off) return [];
		const from = flag === null ? kubelet.configPath : "flag --cgroups-per-qos";
		return [{ code: "kubelet.cgroups-per-qos.off", values: { from }, evidence: { text: kubelet.argv.join(" ") } }];
	},
});
