import { defineCheck, type Observation, type PreflightInput, WARN } from "../check.ts";

type Code = "node.sysctl.off" | "node.sysctl.not-kept" | "node.module.not-kept";

/**
 * Docker turns forwarding on and has br_netfilter loaded whenever it starts. Where nothing else does, pods lose their network at the first
 * start of the machine without it (https://kubernetes.io/docs/setup/production-environment/container-runtimes/).
 */
export const kernelNetwork = defineCheck({
	id: "kernel-network",
	codes: { "node.sysctl.off": WARN, "node.sysctl.not-kept": WARN, "node.module.not-kept": WARN },
	run: ({ facts: { host } }: PreflightInput) => [
		...(host.sysctls ?? []).flatMap(({ name, value, kept }): Observation<Code>[] => {
			const values = { name };
			if (name === "net.ipv4.ip_forward" && value === "0") return [{ code: "node.sysctl.off", values }];
			// A cluster without IPv6 needs none of its switches; one with it sets them as its network plugin says.
			if (name.includes("ip6") || name.includes("ipv6") || value !== "1" || kept?.value === "1") return [];
			return [
				{ code: "node.sysctl.not-kept", values, ...(kept ? { evidence: { path: kept.path, text: `${name} = ${kept.value}` } } : {}) },
			];
		}),
		...(host.modules ?? [])
			// The kernel loads overlay by itself when it is mounted.
			.filter(({ name, state, keptIn }) => name === "br_netfilter" && state === "loaded" && keptIn === null)
			.map(({ name }): Observation<Code> => ({ code: "node.module.not-kept", values: { name } })),
	],
});
