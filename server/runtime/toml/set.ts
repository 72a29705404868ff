import { RuntimeError } from "../errors.ts";
import type { Splice } from "../splice.ts";
import { lineEnd, lineStart, locate, namesOf, startsWith, tableEnd } from "./locate.ts";
import type { Entry, InlineNode, Table, TomlDocument } from "./scan.ts";
import { type Spelling, showPath, spellingOf, writeSegment, writeValue } from "./spelling.ts";
import type { TomlPath, TomlValue } from "./types.ts";

/** The splice after which `path` holds `value`. What is created is written as its neighbours are. */
export function spliceSet(document: TomlDocument, path: TomlPath, value: TomlValue): Splice {
	const spelling = spellingOf(document);
	const place = locate(document, path);
	if (place.as === "entry") {
		const { start, end } = place.entry.value;
		const quote = document.text[start] === '"' || document.text[start] === "'" ? document.text[start] : spelling.stringQuote;
		return { start, end, insert: writeValue(value, quote === "'" ? "'" : '"') };
	}
	if (place.as !== "absent") throw new RuntimeError("toml.conflict", { key: showPath(path), found: place.as });
	return create(document, spelling, path, value);
}

/** Looks for the deepest table on the way that exists, and adds to it in the way in which it is written. */
function create(document: TomlDocument, spelling: Spelling, path: TomlPath, value: TomlValue): Splice {
	const text = document.text;
	const parent = path.slice(0, -1);
	for (let length = path.length - 1; length > 0; length -= 1) {
		const prefix = path.slice(0, length);
		const place = locate(document, prefix);
		switch (place.as) {
			case "absent":
				continue;
			case "array-of-tables":
			case "dotted-inline":
				throw new RuntimeError("toml.conflict", { key: showPath(prefix), found: place.as });
			case "entry":
				if (place.entry.value.kind !== "inline") throw new RuntimeError("toml.conflict", { key: showPath(prefix), found: "value" });
				return addInline(text, spelling, place.entry.value, path.slice(length), value);
			case "dotted":
				return addDotted(text, spelling, place.table, place.last, path, value);
			case "header":
				if (length === parent.length) return addEntry(document, spelling, place.table, path, value);
				return addTable(document, spelling, parent, prefix, path, value);
			case "implied":
				if (length === parent.length) return addTableBefore(document, spelling, place.first, path, value);
				return addTable(document, spelling, parent, prefix, path, value);
		}
	}
	const root = document.tables[0];
	if (root && parent.length === 0) return addEntry(document, spelling, root, path, value);
	return addTable(document, spelling, parent, [], path, value);
}

function line(spelling: Spelling, key: string, value: TomlValue): string {
	return `${key} = ${writeValue(value, spelling.stringQuote)}`;
}

/** Puts whole lines at an offset where a line begins, or behind a last line that does not end. */
function insertLines(text: string, offset: number, lines: readonly string[], spelling: Spelling): Splice {
	const open = offset === text.length && offset > lineStart(text, offset);
	const insert = open ? `${spelling.eol}${lines.join(spelling.eol)}` : lines.map((item) => `${item}${spelling.eol}`).join("");
	return { start: offset, end: offset, insert };
}

function indentAt(text: string, offset: number): string {
	return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? "";
}

/** How much deeper entries stand than their header, by the first table that shows it. */
function entryIndent(document: TomlDocument): string {
	for (const table of document.tables) {
		const first = table.entries[0];
		if (table.kind === "root" || !first) continue;
		const outer = indentAt(document.text, table.start);
		const inner = indentAt(document.text, first.key[0]?.start ?? 0);
		return inner.startsWith(outer) ? inner.slice(outer.length) : "";
	}
	return "";
}

function addEntry(document: TomlDocument, spelling: Spelling, table: Table, path: TomlPath, value: TomlValue): Splice {
	const text = document.text;
	const last = table.entries[table.entries.length - 1];
	const key = writeSegment(path[path.length - 1] ?? "", spelling.keyQuote);
	const written = line(spelling, key, value);
	if (last) return insertLines(text, tableEnd(text, table), [indentAt(text, last.key[0]?.start ?? 0) + written], spelling);
	if (table.kind !== "root") {
		return insertLines(text, tableEnd(text, table), [indentAt(text, table.start) + entryIndent(document) + written], spelling);
	}
	return insertLines(text, behindLeadingComment(text, table.start), [written], spelling);
}

/** A licence or a note at the top stays at the top: the first key of a file goes behind the comment that an empty line ends. */
function behindLeadingComment(text: string, start: number): number {
	const comment = /(?:[ \t]*#[^\n]*\n)+[ \t]*\r?\n/y;
	comment.lastIndex = start;
	return comment.test(text) ? comment.lastIndex : start;
}

function addDotted(text: string, spelling: Spelling, table: Table, last: Entry, path: TomlPath, value: TomlValue): Splice {
	const relative = path.slice(table.path.length);
	// As far as the neighbour goes the same way its own spelling is taken over.
	let shared = 0;
	while (shared < relative.length - 1 && last.key[shared]?.name === relative[shared]) shared += 1;
	const first = last.key[0];
	const until = last.key[shared - 1];
	const known = first && until ? [text.slice(first.start, until.end)] : [];
	const key = [...known, ...relative.slice(shared).map((name) => writeSegment(name, spelling.keyQuote))].join(".");
	const indent = indentAt(text, first?.start ?? 0);
	return insertLines(text, lineEnd(text, last.value.end), [indent + line(spelling, key, value)], spelling);
}

function addInline(text: string, spelling: Spelling, inline: InlineNode, rest: TomlPath, value: TomlValue): Splice {
	const [first = "", ...deeper] = rest.map((name) => writeSegment(name, spelling.keyQuote));
	const inner = deeper.reduceRight((nested, name) => `{ ${name} = ${nested} }`, writeValue(value, spelling.stringQuote));
	const written = `${first} = ${inner}`;
	const last = inline.entries[inline.entries.length - 1];
	if (last) return { start: last.value.end, end: last.value.end, insert: `, ${written}` };
	return {
		start: inline.start,
		end: inline.end,
		insert: text.slice(inline.start, inline.end) === "{ }" ? `{ ${written} }` : `{ ${written} }`,
	};
}

/** A new header for `parent`, behind the last table below `prefix`, or at the end of the file. */
function addTable(
	document: TomlDocument,
	spelling: Spelling,
	parent: TomlPath,
	prefix: TomlPath,
	path: TomlPath,
	value: TomlValue,
): Splice {
	const text = document.text;
	const family = prefix.length === 0 ? [] : document.tables.filter((table) => startsWith(namesOf(table.path), prefix));
	const neighbour = family[family.length - 1];
	const offset = neighbour ? tableEnd(text, neighbour) : text.length;
	const written = tableLines(document, spelling, parent, path, value, tableIndent(document, parent));
	const before = text.slice(0, offset);
	const airy = !isDense(document);
	const lead = airy && before.trim() !== "" && !/\n[ \t]*\r?\n$/.test(before) ? [""] : [];
	const follow = airy && offset < text.length && !/^[ \t]*\r?(?:\n|$)/.test(text.slice(offset)) ? [""] : [];
	return insertLines(text, offset, [...lead, ...written, ...follow], spelling);
}

/** A header for a table that so far only its sub-tables imply: before the first of them. */
function addTableBefore(document: TomlDocument, spelling: Spelling, first: Table, path: TomlPath, value: TomlValue): Splice {
	const text = document.text;
	const parent = path.slice(0, -1);
	const written = tableLines(document, spelling, parent, path, value, indentAt(text, first.start));
	return insertLines(text, lineStart(text, first.start), isDense(document) ? written : [...written, ""], spelling);
}

function tableLines(
	document: TomlDocument,
	spelling: Spelling,
	parent: TomlPath,
	path: TomlPath,
	value: TomlValue,
	indent: string,
): string[] {
	const key = writeSegment(path[path.length - 1] ?? "", spelling.keyQuote);
	return [`${indent}[${spellHeader(document, spelling, parent)}]`, indent + entryIndent(document) + line(spelling, key, value)];
}

/** The header's path, as far as another header writes the same names in that header's own spelling. */
function spellHeader(document: TomlDocument, spelling: Spelling, parent: TomlPath): string {
	return parent
		.map((name, index) => {
			const prefix = parent.slice(0, index + 1);
			const known = document.tables.find((table) => startsWith(namesOf(table.path), prefix))?.path[index];
			return known ? document.text.slice(known.start, known.end) : writeSegment(name, spelling.keyQuote);
		})
		.join(".");
}

/** Headers are indented by depth in some files: as a sister is, else one step deeper than the nearest table above. */
function tableIndent(document: TomlDocument, parent: TomlPath): string {
	const { text, tables } = document;
	const headers = tables.filter((table) => table.kind !== "root");
	const sister = headers.find(
		(table) => table.path.length === parent.length && startsWith(namesOf(table.path), parent.slice(0, -1)) && parent.length > 1,
	);
	if (sister) return indentAt(text, sister.start);
	for (let length = parent.length - 1; length > 0; length -= 1) {
		const above = headers.find((table) => table.path.length === length && startsWith(parent, namesOf(table.path)));
		if (!above) continue;
		const deeper = headers.some((table) => indentAt(text, table.start) !== "");
		return indentAt(text, above.start) + (deeper ? "  ".repeat(parent.length - length) : "");
	}
	return "";
}

/** True where the file writes its tables without an empty line between them. */
function isDense(document: TomlDocument): boolean {
	const headers = document.tables.filter((table) => table.kind !== "root").slice(1);
	return (
		headers.length > 0 && headers.every((table) => /[^\s][ \t]*\r?\n$/.test(document.text.slice(0, lineStart(document.text, table.start))))
	);
}
