import { kubeletLine } from "../matrix.ts";

/** Flags that dockershim took with it in 1.24 (changelog 1.24); from then on each of them ends the kubelet as unknown. */
const DOCKERSHIM_FLAGS = [
	"network-plugin",
	"network-plugin-mtu",
	"cni-bin-dir",
	"cni-conf-dir",
	"cni-cache-dir",
	"docker-endpoint",
	"image-pull-progress-deadline",
	"experimental-dockershim",
	"experimental-dockershim-root-directory",
] as const;

export type FlagRules = {
	/** Flags with the value they shall have, in the order in which they are written where they are new. */
	readonly wanted: ReadonlyMap<string, string>;
	/** Flags that shall stand nowhere. */
	readonly gone: ReadonlySet<string>;
};

/**
 * What a kubelet of this version needs and must not have on containerd. Below 1.24 the dockershim flags do no harm, but they go: left behind
 * they end the kubelet at its upgrade to 1.24, months later. Throws `version.unreadable`.
 */
export function flagRules(kubeletVersion: string, endpoint: string, cgroupDriver?: string): FlagRules {
	const line = kubeletLine(kubeletVersion);
	const remote = line.containerRuntimeFlag === "remote";
	return {
		wanted: new Map([
			...(remote ? [["container-runtime", "remote"] as const] : []),
			["container-runtime-endpoint", endpoint] as const,
			...(cgroupDriver === undefined ? [] : [["cgroup-driver", cgroupDriver] as const]),
		]),
		gone: new Set([
			...DOCKERSHIM_FLAGS,
			// It would go on pointing at the old runtime; absent, images follow the endpoint.
			"image-service-endpoint",
			...(remote ? [] : ["container-runtime"]),
			...(line.podInfraFlag === "removed" ? ["pod-infra-container-image"] : []),
		]),
	};
}
