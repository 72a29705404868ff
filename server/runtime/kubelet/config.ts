import { isScalar } from "yaml";
import type { IntendedChange } from "../containerd/types.ts";
import { RuntimeError } from "../errors.ts";
import { applySplices, type Splice } from "../splice.ts";
import { readYamlMap, readYamlMeaning } from "../yaml.ts";

/** What names a runtime's socket. Left behind, the second would have images pulled by the old runtime. */
const ENDPOINT_KEYS = ["containerRuntimeEndpoint", "imageServiceEndpoint"] as const;

/**
 * A top-level string of a KubeletConfiguration; null where it is absent or empty.
 * Throws SyntaxRuntimeError `yaml.syntax` where the text is no YAML mapping.
 */
export function kubeletConfigValue(configText: string, key: string): string | null {
	const value = readYamlMap(configText)?.get(key);
	return typeof value === "string" && value !== "" ? value : null;
}

/**
 * Points the endpoints that a KubeletConfiguration names, or kubeadm's instance-config.yaml, at another socket; every other byte stays. Null
 * where the file names none, or this one: a flag then says it. Throws `yaml.syntax`, and `kubelet.config.endpoint` where a value stands in a
 * way that cannot be changed without changing more.
 */
export function planRuntimeEndpoint(
	text: string,
	endpoint: string,
): { readonly text: string; readonly intended: readonly IntendedChange[] } | null {
	if (!/^[A-Za-z0-9:/._-]+$/.test(endpoint)) throw new RuntimeError("kubelet.flags.quoting", { text: endpoint });
	const read = readYamlMeaning(text);
	if (!read) return null;
	const intended: IntendedChange[] = [];
	const splices = ENDPOINT_KEYS.flatMap((key): Splice[] => {
		const from = read.meaning[key];
		if (from === undefined || from === null || from === "" || from === endpoint) return [];
		const node = read.map.get(key, true);
		const [start, end] = isScalar(node) ? (node.range ?? []) : [];
		const source = start === undefined || end === undefined ? "" : text.slice(start, end);
		const [quote = ""] = /^["']/.exec(source) ?? [];
		// One word on one line, with or without quotes. Through an alias or a merge the value would stand for others too.
		if (typeof from !== "string" || source !== `${quote}${from}${quote}` || start === undefined || end === undefined)
			throw new RuntimeError("kubelet.config.endpoint", { key });
		intended.push({ key, from, to: endpoint });
		return [{ start, end, insert: `${quote}${endpoint}${quote}` }];
	});
	if (splices.length === 0) return null;
	const after = applySplices(text, splices);
	const changed = Object.fromEntries(intended.map(({ key, to }) => [key, to]));
	if (JSON.stringify({ ...read.meaning, ...changed }) !== JSON.stringify(readYamlMeaning(after)?.meaning))
		throw new RuntimeError("kubelet.config.endpoint", { key: intended.map(({ key }) => key).join(", ") });
	return { text: after, intended };
}
