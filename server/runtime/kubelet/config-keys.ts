import { isScalar } from "yaml";
import type { IntendedChange } from "../containerd/types.ts";
import { RuntimeError } from "../errors.ts";
import { applySplices } from "../splice.ts";
import { readYamlMeaning } from "../yaml.ts";

export type ConfigEdit = { readonly text: string; readonly intended: readonly IntendedChange[] };

/**
 * Adds top-level keys that a KubeletConfiguration does not have yet at its end; every other byte stays. Null where nothing is to be
 * added, or where the file is written in a way that does not take a line at its end. Throws `yaml.syntax`.
 */
export function addConfigKeys(text: string, values: Readonly<Record<string, string | number>>): ConfigEdit | null {
	const read = readYamlMeaning(text);
	if (!read || read.map.flow) return null;
	const missing = Object.entries(values).filter(([key]) => read.meaning[key] === undefined);
	if (missing.length === 0) return null;
	const eol = text.includes("\r\n") ? "\r\n" : "\n";
	const gap = text.endsWith("\n") ? "" : eol;
	const after = `${text}${gap}${missing.map(([key, value]) => `${key}: ${value}${eol}`).join("")}`;
	if (!means(after, { ...read.meaning, ...Object.fromEntries(missing) })) return null;
	return { text: after, intended: missing.map(([key, value]) => ({ key, from: null, to: String(value) })) };
}

/**
 * Gives a top-level key of a KubeletConfiguration another word, or adds it; every other byte stays. Null where it has that word already.
 * Throws `yaml.syntax`, and `kubelet.config.key` where the value stands in a way that cannot be changed without changing more.
 */
export function setConfigKey(text: string, key: string, value: string): ConfigEdit | null {
	const read = readYamlMeaning(text);
	const from = read?.meaning[key];
	if (from === value) return null;
	if (!read || from === undefined) {
		const added = addConfigKeys(text, { [key]: value });
		if (!added) throw new RuntimeError("kubelet.config.key", { key });
		return added;
	}
	const node = read.map.get(key, true);
	const [start, end] = isScalar(node) ? (node.range ?? []) : [];
	const source = start === undefined || end === undefined ? "" : text.slice(start, end);
	const [quote = ""] = /^["']/.exec(source) ?? [];
	if (typeof from !== "string" || start === undefined || end === undefined || source !== `${quote}${from}${quote}`)
		throw new RuntimeError("kubelet.config.key", { key });
	const after = applySplices(text, [{ start, end, insert: `${quote}${value}${quote}` }]);
	if (!means(after, { ...read.meaning, [key]: value })) throw new RuntimeError("kubelet.config.key", { key });
	return { text: after, intended: [{ key, from, to: value }] };
}

/** False too where the line broke the text: behind a second document, or below an indented top level. */
function means(text: string, meaning: Readonly<Record<string, unknown>>): boolean {
	try {
		return JSON.stringify(readYamlMeaning(text)?.meaning) === JSON.stringify(meaning);
	} catch {
		return false;
	}
}
