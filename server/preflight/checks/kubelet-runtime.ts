import { BLOCK, defineCheck, type PreflightInput, WARN } from "../check.ts";

/** Which runtime the kubelet uses is decided by its live command line; the API shows `docker://` for dockershim and cri-dockerd alike and lags. */
export const kubeletRuntime = defineCheck({
	id: "kubelet-runtime",
	codes: {
		"kubelet.runtime.already-containerd": BLOCK,
		"kubelet.runtime.unknown": BLOCK,
		"kubelet.runtime.api-differs": WARN,
	},
	run: ({ facts: { kubelet }, apiNode }: PreflightInput) => {
		// kubelet-running has said that there is none.
		if (kubelet.runtime === "none") return [];
		const evidence = { text: kubelet.argv.join(" ") };
		const endpoint = kubelet.endpoint ?? "";
		if (kubelet.runtime === "containerd") return [{ code: "kubelet.runtime.already-containerd", values: { endpoint }, evidence }];
		if (kubelet.runtime !== "dockershim" && kubelet.runtime !== "cri-dockerd") {
			return [{ code: "kubelet.runtime.unknown", values: { runtime: kubelet.runtime, endpoint }, evidence }];
		}
		const api = apiNode?.containerRuntimeVersion ?? "";
		return api === "" || api.startsWith("docker://")
			? []
			: [{ code: "kubelet.runtime.api-differs", values: { kubelet: kubelet.runtime, api }, evidence }];
	},
});
