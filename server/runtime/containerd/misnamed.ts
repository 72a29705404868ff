import { parseToml } from "../toml/parse.ts";
import { isLongName } from "./names.ts";
import { configVersionOf } from "./plan.ts";

export type Misnamed = {
	/** `short`: fatal from version 2 on (`invalid plugin key URI "cri"`); `long`: without effect before it. */
	readonly kind: "short" | "long";
	readonly name: string;
	/** Where it stands first, from 1. */
	readonly line: number;
};

/**
 * Plugins that a containerd file calls by names that its own version does not know: what comes of a hand procedure that mixes snippets
 * of both. Throws `toml.*`, `containerd.config.version`.
 */
export function misnamedPlugins(text: string): Misnamed[] {
	const data = parseToml(text);
	const version = configVersionOf(data);
	const plugins = data.get("plugins");
	const disabled = data.get("disabled_plugins");
	const tables = plugins instanceof Map ? [...plugins.keys()] : [];
	const listed = Array.isArray(disabled) ? disabled.filter((item) => typeof item === "string") : [];
	const isWrong = (name: string) => (version === 1 ? isLongName(name) : !isLongName(name));
	const lines = text.split("\n").map((line) => (/^\s*#/.test(line) ? "" : line));
	const lineOf = (pattern: RegExp) =>
		Math.max(
			0,
			lines.findIndex((line) => pattern.test(line)),
		) + 1;
	const escaped = (name: string) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
	const kind = version === 1 ? ("long" as const) : ("short" as const);
	/** In a header or a dotted key below `plugins`, or as a key of that table itself. */
	const asTable = (name: string) =>
		new RegExp(`plugins\\s*\\.\\s*["']?${escaped(name)}["']?\\s*[.\\]=]|^\\s*["']?${escaped(name)}["']?\\s*[.=]`);
	return [
		...tables.filter(isWrong).map((name) => ({ kind, name, line: lineOf(asTable(name)) })),
		...listed.filter(isWrong).map((name) => ({ kind, name, line: lineOf(new RegExp(`["']${escaped(name)}["']`)) })),
	];
}
