import type { Entry, Segment, Table, TomlDocument, ValueNode } from "./scan.ts";
import type { TomlPath } from "./types.ts";

/** How a path is written in a file. */
export type Place =
	/** `path = value`, in a table of the document or in an inline table (`inside` set). */
	| { readonly as: "entry"; readonly entry: Entry; readonly table: Table; readonly inside: (ValueNode & { kind: "inline" }) | null }
	/** By its own header `[path]`. */
	| { readonly as: "header"; readonly table: Table }
	/** By `[[path]]`: several tables, none of which an edit could mean. */
	| { readonly as: "array-of-tables" }
	/** Only by dotted keys `path.x = …` of one table; `last` is the last of them. */
	| { readonly as: "dotted"; readonly table: Table; readonly last: Entry }
	/** Only by dotted keys inside an inline table. */
	| { readonly as: "dotted-inline" }
	/** Only by headers of tables below it; `first` is the first of them. */
	| { readonly as: "implied"; readonly first: Table }
	| { readonly as: "absent" };

export function namesOf(segments: readonly Segment[]): string[] {
	return segments.map((segment) => segment.name);
}

export function startsWith(path: TomlPath, prefix: TomlPath): boolean {
	return prefix.length <= path.length && prefix.every((name, index) => path[index] === name);
}

/** Finds how a path is written. The document must hold no key twice, which the judge has made sure of. */
export function locate(document: TomlDocument, path: TomlPath): Place {
	let dotted: Place | null = null;
	let implied: Place | null = null;
	let header: Place | null = null;
	for (const table of document.tables) {
		const base = namesOf(table.path);
		if (table.kind === "array" && startsWith(path, base)) return { as: "array-of-tables" };
		if (table.kind === "table" && base.length === path.length && startsWith(path, base)) header = { as: "header", table };
		else if (table.kind !== "root" && startsWith(base, path)) implied ??= { as: "implied", first: table };
		if (!startsWith(path, base)) continue;
		for (const entry of table.entries) {
			const full = [...base, ...namesOf(entry.key)];
			if (startsWith(path, full)) {
				const found = descend(entry, table, path.slice(full.length), null);
				if (found) return found;
			} else if (full.length > path.length && path.length > base.length && startsWith(full, path)) {
				dotted = { as: "dotted", table, last: entry };
			}
		}
	}
	return dotted ?? header ?? implied ?? { as: "absent" };
}

/** Looks below a value for what is left of a path. */
function descend(entry: Entry, table: Table, rest: TomlPath, inside: (ValueNode & { kind: "inline" }) | null): Place | null {
	if (rest.length === 0) return { as: "entry", entry, table, inside };
	if (entry.value.kind !== "inline") return null;
	let dotted = false;
	for (const child of entry.value.entries) {
		const key = namesOf(child.key);
		if (startsWith(rest, key)) {
			const found = descend(child, table, rest.slice(key.length), entry.value);
			if (found) return found;
		} else if (startsWith(key, rest)) dotted = true;
	}
	return dotted ? { as: "dotted-inline" } : null;
}

/** Offset of the first character of the line that holds `offset`; a byte order mark is before the first line. */
export function lineStart(text: string, offset: number): number {
	const before = text.lastIndexOf("\n", offset - 1);
	if (before !== -1) return before + 1;
	return text.startsWith("\uFEFF") ? 1 : 0;
}

/** Offset behind the line end of the line that holds `offset`, or the text's length. */
export function lineEnd(text: string, offset: number): number {
	const end = text.indexOf("\n", offset);
	return end === -1 ? text.length : end + 1;
}

/** Offset behind the last line that belongs to a table: its last entry's, else its header's. */
export function tableEnd(text: string, table: Table): number {
	const last = table.entries[table.entries.length - 1];
	return lineEnd(text, last ? last.value.end : table.end);
}
