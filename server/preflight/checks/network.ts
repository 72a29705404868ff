import type { Facts } from "../../../lib/contracts/facts.ts";
import { BLOCK, defineCheck, listed, type PreflightInput } from "../check.ts";
import { textOrNull } from "../text.ts";

type Entry = Readonly<Record<string, unknown>>;
const isEntry = (value: unknown): value is Entry => typeof value === "object" && value !== null && !Array.isArray(value);

/** Plugins that a configuration calls, its address plugins included. Null where the text is no configuration. */
function pluginsOf(text: string): string[] | null {
	let root: unknown;
	try {
		root = JSON.parse(text);
	} catch {
		return null;
	}
	if (!isEntry(root)) return null;
	const entries = Array.isArray(root["plugins"]) ? root["plugins"].filter(isEntry) : [root];
	const names = entries.flatMap((entry) => [entry["type"], isEntry(entry["ipam"]) ? entry["ipam"]["type"] : undefined]);
	return names.filter((name): name is string => typeof name === "string" && name !== "");
}

/** Both runtimes take the first file by name. */
function firstFile(cni: Facts["cni"]): Facts["cni"]["confFiles"][number] | undefined {
	return [...cni.confFiles].sort((a, b) => (a.path < b.path ? -1 : 1))[0];
}

export const network = defineCheck({
	id: "network",
	codes: {
		// dockershim without --network-plugin=cni gives pods Docker's own bridge or kubenet's: containerd has neither (problem 18).
		"kubelet.network-plugin.not-cni": BLOCK,
		"cni.config.missing": BLOCK,
		"cni.config.unreadable": BLOCK,
		"cni.plugins.missing": BLOCK,
	},
	run: ({ facts: { cni, kubelet } }: PreflightInput) => {
		if (cni.networkPlugin !== "cni") {
			return [
				{
					code: "kubelet.network-plugin.not-cni",
					values: { plugin: cni.networkPlugin || "none" },
					evidence: { text: kubelet.argv.join(" ") },
				},
			];
		}
		const file = firstFile(cni);
		if (!file) return [{ code: "cni.config.missing", values: { folder: cni.confDir } }];
		const text = textOrNull(file);
		const plugins = text === null ? null : pluginsOf(text);
		if (!plugins) {
			return [
				{
					code: "cni.config.unreadable",
					values: { path: file.path, state: file.state },
					evidence: { path: file.path, ...(text === null ? {} : { text }) },
				},
			];
		}
		const missing = [...new Set([...plugins, "loopback"])].filter((name) => !cni.plugins.includes(name));
		return missing.length === 0
			? []
			: [{ code: "cni.plugins.missing", values: { plugins: listed(missing), folder: cni.binDir }, evidence: { path: file.path } }];
	},
});
