import type { Facts, FileFact } from "../../../lib/contracts/facts.ts";
import { DEFAULT_CNI_BIN_DIR, DEFAULT_CNI_CONF_DIR } from "../commands.ts";
import { flagValue } from "./kubelet-argv.ts";
import type { Records } from "./records.ts";
import { readArgv } from "./units.ts";

const NETWORKS = "/var/lib/cni/networks/";

export function readCni(records: Records, runtime: Facts["kubelet"]["runtime"], fileOf: (path: string) => FileFact): Facts["cni"] {
	const kubelet = readArgv(records, "kubelet");
	const criDocker = readArgv(records, "cri-docker");
	const flag = (name: string): string | null => flagValue(kubelet, name) ?? flagValue(criDocker, name);
	const reserved = new Map<string, Facts["cni"]["reserved"][number]>();
	const settled = new Set(records.lines("cni.settled"));
	for (const line of records.lines("lines")) {
		if (!line.startsWith(NETWORKS)) continue;
		const match = /^([^/]+)\/([0-9a-f.]+|[0-9a-f:]+?):([0-9A-Za-z_-]*)\r?$/.exec(line.slice(NETWORKS.length));
		// The first line names the sandbox, the second the interface.
		if (match?.[1] && match[2] && !reserved.has(`${match[1]}/${match[2]}`)) {
			const [, network, address, sandbox = ""] = match;
			reserved.set(`${network}/${address}`, { network, address, sandbox, settled: settled.has(`${NETWORKS}${network}/${address}`) });
		}
	}
	return {
		binDir: flag("cni-bin-dir") ?? DEFAULT_CNI_BIN_DIR,
		confDir: flag("cni-conf-dir") ?? DEFAULT_CNI_CONF_DIR,
		// cri-dockerd and containerd speak CNI unless told otherwise; dockershim does not.
		networkPlugin: flag("network-plugin") ?? (runtime === "cri-dockerd" || runtime === "containerd" ? "cni" : ""),
		confFiles: records.lines("files.cni").map(fileOf),
		plugins: [...new Set(records.lines("cni.plugins"))],
		reserved: [...reserved.values()],
		cached: records.lines("cni.cached"),
	};
}
