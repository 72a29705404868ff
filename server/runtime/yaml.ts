import { isMap, parseDocument, type YAMLMap } from "yaml";
import { SyntaxRuntimeError } from "./errors.ts";

/**
 * The top-level mapping of a YAML text; null where the text holds nothing. Node ranges are offsets of the text.
 * Throws SyntaxRuntimeError `yaml.syntax`, line and column from 1; also where it is no mapping.
 */
export function readYamlMap(text: string): YAMLMap | null {
	return readDocument(text).map;
}

/** As `readYamlMap`, and what the mapping means once aliases and merges are followed. */
export function readYamlMeaning(text: string): { readonly map: YAMLMap; readonly meaning: Readonly<Record<string, unknown>> } | null {
	const { map, toJS } = readDocument(text);
	return map === null ? null : { map, meaning: toJS() };
}

function readDocument(text: string): { map: YAMLMap | null; toJS: () => Record<string, unknown> } {
	// 1.1: what Kubernetes and crictl read, where `0644` and `yes` are not what 1.2 makes of them.
	const document = parseDocument(text, { version: "1.1" });
	const problem = document.errors[0];
	if (problem) {
		const at = problem.linePos?.[0];
		const reason = problem.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "";
		throw new SyntaxRuntimeError("yaml.syntax", reason, at?.line ?? 1, at?.col ?? 1, { cause: problem });
	}
	const toJS = () => document.toJS() as Record<string, unknown>;
	if (document.contents === null) return { map: null, toJS };
	if (!isMap(document.contents)) throw new SyntaxRuntimeError("yaml.syntax", "not a mapping", 1, 1);
	return { map: document.contents, toJS };
}
