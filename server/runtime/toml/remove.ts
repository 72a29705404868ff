import { RuntimeError } from "../errors.ts";
import type { Splice } from "../splice.ts";
import { lineEnd, lineStart, locate, namesOf, startsWith } from "./locate.ts";
import type { ArrayNode, InlineNode, Segment, TomlDocument, ValueNode } from "./scan.ts";
import { showPath, spellingOf, writeSegment, writeValue } from "./spelling.ts";
import type { TomlPath } from "./types.ts";

/** Takes a key and its line away. An absent key needs nothing; a table that headers write is refused. */
export function spliceAbsent(document: TomlDocument, path: TomlPath): Splice[] {
	const place = locate(document, path);
	if (place.as === "absent") return [];
	if (place.as !== "entry") throw new RuntimeError("toml.conflict", { key: showPath(path), found: place.as });
	if (place.inside) return [inlineEntry(place.inside, place.entry.value)];
	const from = place.entry.key[0]?.start ?? 0;
	return [{ start: lineStart(document.text, from), end: lineEnd(document.text, place.entry.value.end), insert: "" }];
}

function inlineEntry(inline: InlineNode, value: ValueNode): Splice {
	const index = inline.entries.findIndex((entry) => entry.value === value);
	const own = inline.entries[index];
	const before = inline.entries[index - 1];
	const after = inline.entries[index + 1];
	const start = own?.key[0]?.start ?? 0;
	if (after) return { start, end: after.key[0]?.start ?? start, insert: "" };
	return { start: before ? before.value.end : start, end: value.end, insert: "" };
}

/**
 * Takes elements out of an array, each with the comma that separated it. A line that held nothing else goes with them;
 * a comment stays, wherever it stands.
 */
export function spliceFromArray(document: TomlDocument, array: ArrayNode, indexes: readonly number[]): Splice[] {
	const text = document.text;
	const kept = array.items.flatMap((_, index) => (indexes.includes(index) ? [] : [index]));
	const cuts: { start: number; end: number }[] = [];
	for (const index of indexes) {
		const item = array.items[index];
		if (!item) continue;
		cuts.push({ start: item.value.start, end: item.value.end });
		if (item.comma !== null) cuts.push({ start: item.comma, end: item.comma + 1 });
	}
	// What is now last had its comma because something followed; an array that ended in a comma goes on doing so.
	const last = kept[kept.length - 1];
	const lastItem = last === undefined ? undefined : array.items[last];
	const trailing = array.items[array.items.length - 1]?.comma ?? null;
	if (lastItem && lastItem.comma !== null && trailing === null) cuts.push({ start: lastItem.comma, end: lastItem.comma + 1 });
	return tidy(text, array, cuts);
}

/** Joins cuts that only space divides, and widens them to whole lines or to one side's space. */
function tidy(text: string, array: ArrayNode, cuts: readonly { start: number; end: number }[]): Splice[] {
	const joined: { start: number; end: number }[] = [];
	for (const cut of [...cuts].sort((a, b) => a.start - b.start)) {
		const previous = joined[joined.length - 1];
		if (previous && /^[ \t]*$/.test(text.slice(previous.end, cut.start))) previous.end = cut.end;
		else joined.push({ ...cut });
	}
	return joined.map(({ start, end }) => {
		const from = lineStart(text, start);
		const to = lineEnd(text, end);
		if (from > array.start && to < array.end && text.slice(from, start).trim() === "" && text.slice(end, to).trim() === "") {
			return { start: from, end: to, insert: "" };
		}
		const space = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
		const next = text[end + space];
		const blankBefore = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
		const previous = text[start - blankBefore - 1];
		// `[ "cri", "x" ]` keeps the space behind its bracket, `["x", "cri"]` loses the one before what went.
		if (next !== "]" && next !== "#" && next !== "\n" && next !== "\r" && next !== undefined)
			return { start, end: end + space, insert: "" };
		if (next === "]" && previous !== "[" && space === 0) return { start: start - blankBefore, end, insert: "" };
		if (next === "]" && previous === "[") return { start: start - blankBefore, end: end + space, insert: "" };
		if (next === "]") return { start: start - blankBefore, end, insert: "" };
		return { start, end, insert: "" };
	});
}

/** Writes another string in the place of array elements, in the quotes that each of them has. */
export function spliceInArray(document: TomlDocument, array: ArrayNode, indexes: readonly number[], by: string): Splice[] {
	return indexes.flatMap((index) => {
		const value = array.items[index]?.value;
		if (!value) return [];
		return [{ start: value.start, end: value.end, insert: writeValue(by, document.text[value.start] === "'" ? "'" : '"') }];
	});
}

/** Gives the last segment of `path` another name in every header and key that writes it. */
export function spliceRename(document: TomlDocument, path: TomlPath, to: string): Splice[] {
	const spelling = spellingOf(document);
	const index = path.length - 1;
	const found: Segment[] = [];
	const inEntries = (base: readonly string[], entries: TomlDocument["tables"][number]["entries"]): void => {
		for (const entry of entries) {
			const full = [...base, ...namesOf(entry.key)];
			const segment = entry.key[index - base.length];
			if (segment && startsWith(full, path)) found.push(segment);
			else if (entry.value.kind === "inline" && startsWith(path, full) && full.length < path.length) inEntries(full, entry.value.entries);
		}
	};
	for (const table of document.tables) {
		const base = namesOf(table.path);
		const segment = table.path[index];
		if (segment && startsWith(base, path)) found.push(segment);
		else if (base.length <= index && startsWith(path, base)) inEntries(base, table.entries);
	}
	return found.map(({ start, end }) => ({ start, end, insert: writeSegment(to, spelling.keyQuote) }));
}
