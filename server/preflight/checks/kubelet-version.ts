import { readVersion } from "../../runtime/versions.ts";
import { BLOCK, type CommonInput, defineCheck } from "../check.ts";

export const kubeletVersion = defineCheck({
	id: "kubelet-version",
	codes: {
		"kubelet.version.unknown": BLOCK,
		// The cutover restarts the kubelet: an upgrade that waits for a restart would happen in the middle of it.
		"kubelet.version.restart-pending": BLOCK,
	},
	run: ({ facts: { kubelet }, apiNode }: CommonInput) => {
		if (!kubelet.version.known || !readVersion(kubelet.version.value)) {
			return [
				{ code: "kubelet.version.unknown", values: { reason: kubelet.version.known ? kubelet.version.value : kubelet.version.reason } },
			];
		}
		const installed = kubelet.version.value;
		const running = apiNode?.kubeletVersion ?? "";
		if (kubelet.binaryReplaced || (running !== "" && running !== installed)) {
			return [{ code: "kubelet.version.restart-pending", values: { running, installed } }];
		}
		return [];
	},
});
