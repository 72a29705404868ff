import { BLOCK, defineCheck, type PreflightInput } from "../check.ts";

export const dockerRunning = defineCheck({
	id: "docker-running",
	codes: {
		"docker.no-unit": BLOCK,
		"docker.not-active": BLOCK,
		"docker.not-answering": BLOCK,
		// cri-dockerd under a unit of another name would go on running: two runtimes.
		"docker.cri-dockerd.no-unit": BLOCK,
	},
	run: ({ facts: { docker, kubelet } }: PreflightInput) => {
		const { service } = docker;
		if (service.loadState !== "loaded") return [{ code: "docker.no-unit", values: { unit: service.name, load: service.loadState } }];
		if (service.activeState !== "active") {
			return [{ code: "docker.not-active", values: { unit: service.name, state: `${service.activeState}/${service.subState}` } }];
		}
		if (!docker.version.known) return [{ code: "docker.not-answering", values: { reason: docker.version.reason } }];
		if (kubelet.runtime === "cri-dockerd" && docker.criDockerService.activeState !== "active") {
			const { name, loadState, activeState } = docker.criDockerService;
			return [
				{
					code: "docker.cri-dockerd.no-unit",
					values: { unit: name, load: loadState, state: activeState },
					evidence: { text: kubelet.endpoint ?? "" },
				},
			];
		}
		return [];
	},
});
