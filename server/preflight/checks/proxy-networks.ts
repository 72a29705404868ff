import type { Facts } from "../../../lib/contracts/facts.ts";
import { containerdProxy, PROXY_DROP_IN } from "../../plan/docker-settings.ts";
import { keepsFromProxy } from "../../runtime/docker/no-proxy.ts";
import { hasProxy, type ProxySettings } from "../../runtime/docker/proxy.ts";
import { parseFlags } from "../../runtime/kubelet/argv.ts";
import { readYamlMeaning } from "../../runtime/yaml.ts";
import { defineCheck, listed, NOTE, type PreflightInput } from "../check.ts";
import { textOrNull } from "../text.ts";
import { unlessRefused } from "../unless-refused.ts";
import { carriedOrNothing } from "./docker-settings.ts";

/** Whether containerd's proxy leaves the cluster's own networks out (domain 1.5: NO_PROXY including the services' network). */
export const proxyNetworks = defineCheck({
	id: "proxy-networks",
	// Docker asks by the same proxy today; only a registry inside of the cluster is met by it.
	codes: { "containerd.proxy.cluster-network": NOTE },
	run: ({ facts, policy }: PreflightInput) => {
		const plan = carriedOrNothing(facts, policy);
		const carried: ProxySettings = Object.fromEntries(
			plan.carried.filter(({ to }) => to === PROXY_DROP_IN).map(({ key, value }) => [key, value]),
		);
		const own = unlessRefused(() => containerdProxy(facts), null);
		const proxy = own && hasProxy(own) ? own : carried;
		if (!hasProxy(proxy)) return [];
		const noProxy = proxy.NO_PROXY ?? "";
		const asked = clusterDns(facts).filter((address) => !keepsFromProxy(noProxy, address));
		return asked.length === 0
			? []
			: [
					{
						code: "containerd.proxy.cluster-network",
						values: { addresses: listed(asked), value: noProxy || "none" },
						evidence: { path: proxy === own ? facts.containerd.unit.name : PROXY_DROP_IN },
					},
				];
	},
});

/** Addresses of the cluster's DNS, the one service whose address a kubelet always knows; flags win over its file. */
function clusterDns({ kubelet }: Facts): string[] {
	const flags = parseFlags(kubelet.argv).flatMap(({ name, value }) => (name === "cluster-dns" && value ? value.split(",") : []));
	if (flags.length > 0) return flags;
	const file = unlessRefused(() => readYamlMeaning(textOrNull(kubelet.config) ?? ""), null)?.meaning["clusterDNS"];
	return Array.isArray(file) ? file.filter((address) => typeof address === "string") : [];
}
