import { readConfig } from "../../probe/parse/kubelet.ts";
import { flagValue } from "../../probe/parse/kubelet-argv.ts";
import { defineCheck, NOTE, type PreflightInput } from "../check.ts";

/** Static assignments survive in the kubelet's state files: saved in the snapshot, not deleted, compared after (safety rule 20). */
export const resourceManagers = defineCheck({
	id: "resource-managers",
	codes: { "kubelet.cpu-manager.static": NOTE, "kubelet.memory-manager.static": NOTE },
	run: ({ facts: { kubelet } }: PreflightInput) => {
		const config = readConfig(kubelet.config, true);
		const configured = config.known ? config.value["memoryManagerPolicy"] : undefined;
		const memory = flagValue(kubelet.argv, "memory-manager-policy") ?? (typeof configured === "string" ? configured : "None");
		return [
			...(kubelet.cpuManagerPolicy.known && kubelet.cpuManagerPolicy.value !== "none"
				? [{ code: "kubelet.cpu-manager.static" as const, values: { policy: kubelet.cpuManagerPolicy.value } }]
				: []),
			...(memory.toLowerCase() !== "none" ? [{ code: "kubelet.memory-manager.static" as const, values: { policy: memory } }] : []),
		];
	},
});
