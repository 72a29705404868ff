import type { TomlData } from "./parse.ts";
import { TomlDate } from "./parse.ts";
import type { TomlDocument, ValueNode } from "./scan.ts";
import type { TomlPath, TomlValue } from "./types.ts";

export type Quote = '"' | "'";

/** How a file is written: what is added shall look like what is there. */
export type Spelling = {
	readonly eol: "\n" | "\r\n";
	readonly keyQuote: Quote;
	readonly stringQuote: Quote;
};

/** Reads the spelling off the first quoted key, string and line end; a file without them is written with `"` and a line feed. */
export function spellingOf(document: TomlDocument): Spelling {
	const { text, tables } = document;
	const firstEnd = text.indexOf("\n");
	const segments = tables.flatMap((table) => [...table.path, ...table.entries.flatMap((entry) => entry.key)]);
	const key = segments.map((segment) => quoteAt(text, segment.start)).find((quote) => quote !== null);
	const string = tables
		.flatMap((table) => table.entries.flatMap((entry) => strings(entry.value)))
		.map((start) => quoteAt(text, start))
		.find((quote) => quote !== null);
	return {
		eol: firstEnd > 0 && text[firstEnd - 1] === "\r" ? "\r\n" : "\n",
		keyQuote: key ?? string ?? '"',
		stringQuote: string ?? key ?? '"',
	};
}

function quoteAt(text: string, offset: number): Quote | null {
	const char = text[offset];
	return char === '"' || char === "'" ? char : null;
}

function strings(value: ValueNode): number[] {
	if (value.kind === "string") return [value.start];
	if (value.kind === "array") return value.items.flatMap((item) => strings(item.value));
	if (value.kind === "inline") return value.entries.flatMap((entry) => strings(entry.value));
	return [];
}

export function writeSegment(name: string, quote: Quote): string {
	return /^[A-Za-z0-9_-]+$/.test(name) ? name : writeString(name, quote);
}

export function writeValue(value: TomlValue, quote: Quote): string {
	if (typeof value === "string") return writeString(value, quote);
	if (typeof value === "number") {
		if (!Number.isSafeInteger(value)) throw new RangeError(`not an integer: ${value}`);
		return `${value}`;
	}
	if (typeof value === "boolean") return `${value}`;
	return `[${value.map((item) => writeString(item, quote)).join(", ")}]`;
}

function writeString(value: string, quote: Quote): string {
	if (quote === "'" && /^[\t\x20-\x26\x28-\x7E\u0080-\uFFFF]*$/.test(value)) return `'${value}'`;
	return JSON.stringify(value).replaceAll("\x7F", "\\u007F");
}

/** A path as people write it: `plugins."io.containerd.grpc.v1.cri".sandbox_image`. */
export function showPath(path: TomlPath): string {
	return path.map((name) => writeSegment(name, '"')).join(".");
}

/** A value as TOML, on one line. */
export function showValue(value: TomlData): string {
	if (value instanceof Map) return `{ ${[...value].map(([key, item]) => `${writeSegment(key, '"')} = ${showValue(item)}`).join(", ")} }`;
	if (value instanceof TomlDate) return value.text;
	if (typeof value === "string") return writeString(value, '"');
	if (typeof value === "object") return `[${value.map(showValue).join(", ")}]`;
	return `${value}`;
}
