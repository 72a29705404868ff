import { parse } from "@iarna/toml";
import { RuntimeError, SyntaxRuntimeError } from "../errors.ts";
import { scanToml, type TomlDocument } from "./scan.ts";

/** What a TOML text says, in plain values. Dates are kept as their text, integers past 2^53 as bigint. */
export type TomlData = string | number | bigint | boolean | TomlDate | readonly TomlData[] | TomlTable;
export type TomlTable = Map<string, TomlData>;
export class TomlDate {
	constructor(readonly text: string) {}
}

/**
 * Reads a TOML text with the parser that judges every edit, and finds its parts beside it.
 * Throws SyntaxRuntimeError: `toml.syntax` where it is no TOML, `toml.unsupported` where only one of the two readers takes it.
 */
export function readToml(text: string): { readonly data: TomlTable; readonly document: TomlDocument } {
	const judged = judge(text);
	try {
		const document = scanToml(text);
		if (judged.ok) return { data: judged.data, document };
	} catch (error) {
		if (!(error instanceof SyntaxRuntimeError) || !judged.ok) throw error;
		throw new SyntaxRuntimeError("toml.unsupported", String(error.values.reason), error.line, error.column, { cause: error });
	}
	// Keys defined twice reach this place: well-formed line by line, but no TOML, and containerd refuses them too.
	throw new SyntaxRuntimeError("toml.syntax", judged.reason, judged.line, judged.column);
}

/** As `readToml`, for a caller that needs the values alone. */
export function parseToml(text: string): TomlTable {
	return readToml(text).data;
}

type Judged = { ok: true; data: TomlTable } | { ok: false; reason: string; line: number; column: number };

function judge(text: string): Judged {
	// The parser takes the CR of a CRLF behind a comment for a forbidden character; lines and columns stay the same without it.
	const plain = (text.startsWith("\uFEFF") ? text.slice(1) : text).replaceAll("\r\n", "\n");
	try {
		return { ok: true, data: toTable(parse(plain)) };
	} catch (error) {
		if (error instanceof RuntimeError || !(error instanceof Error)) throw error;
		const line = "line" in error && typeof error.line === "number" ? error.line : 0;
		const column = "col" in error && typeof error.col === "number" ? error.col : 0;
		const reason = error.message.split("\n")[0]?.replace(/ at row \d+, col \d+, pos \d+:?$/, "") ?? "";
		return { ok: false, reason, line: line + 1, column: column + 1 };
	}
}

function toTable(value: object): TomlTable {
	return new Map(Object.entries(value).map(([key, item]) => [key, toData(item)]));
}

function toData(value: unknown): TomlData {
	if (typeof value === "string" || typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return value;
	if (Array.isArray(value)) return value.map(toData);
	if (value instanceof Date) return new TomlDate(value.toISOString());
	if (value instanceof Number) return value.valueOf();
	if (typeof value === "object" && value !== null) return toTable(value);
	throw new RuntimeError("toml.unsupported", { reason: `a value of type ${typeof value}`, line: 0, column: 0 });
}

/** One text per meaning: equal exactly where two values say the same, whatever the order of their keys. */
export function canonical(value: TomlData): string {
	if (value instanceof Map) {
		const parts = [...value].map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
		return `{${parts.sort().join(",")}}`;
	}
	if (value instanceof TomlDate) return `date(${value.text})`;
	if (typeof value === "bigint") return `${value}`;
	if (typeof value === "number") return Object.is(value, -0) ? "0" : `${value}`;
	if (typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
	return `[${value.map(canonical).join(",")}]`;
}

/** The value at a path, undefined where there is none or something other than a table is on the way. */
export function valueAt(table: TomlTable, path: readonly string[]): TomlData | undefined {
	let value: TomlData | undefined = table;
	for (const name of path) {
		if (!(value instanceof Map)) return undefined;
		value = value.get(name);
	}
	return value;
}
