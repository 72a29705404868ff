import { positionOf, RuntimeError, SyntaxRuntimeError } from "../errors.ts";
import { applySplices, moveOffset, type Splice } from "../splice.ts";
import { locate } from "./locate.ts";
import { applyMeaning, saysWhatIsMeant } from "./meaning.ts";
import { canonical, readToml, type TomlData, type TomlTable, valueAt } from "./parse.ts";
import { spliceAbsent, spliceFromArray, spliceInArray, spliceRename } from "./remove.ts";
import type { TomlDocument } from "./scan.ts";
import { spliceSet } from "./set.ts";
import { showPath, showValue } from "./spelling.ts";
import type { TomlChange, TomlEdit, TomlEditResult, TomlPath } from "./types.ts";

type Change = { readonly key: string; readonly from: string | null; to: string | null; offset: number };

/**
 * Edits the text of a TOML file and keeps every byte that an edit does not mean: comments, order, line ends, a byte order mark.
 * The text is parsed before and after each edit; a difference other than the intended one is `toml.unintended`, never a wrong file.
 * Throws SyntaxRuntimeError `toml.syntax` (line and column) and `toml.unsupported` (valid, but one of our two readers refuses it),
 * RuntimeError `toml.conflict` (the path is something else, such as a value where a table is needed).
 */
export function editToml(text: string, edits: readonly TomlEdit[]): TomlEditResult {
	let { data, document } = readToml(text);
	const changes: Change[] = [];
	for (const edit of edits) {
		const meant = applyMeaning(data, edit);
		if (canonical(meant) === canonical(data)) continue;
		const splices = splicesOf(document, data, edit);
		const edited = applySplices(document.text, splices);
		const after = reread(edited, edit);
		if (!saysWhatIsMeant(meant, after.data, edit)) throw new RuntimeError("toml.unintended", { key: showPath(edit.path) });
		for (const change of changes) change.offset = moveOffset(change.offset, splices);
		record(changes, edit, data, after.data, offsetOf(after.document, edit, splices));
		({ data, document } = after);
	}
	return { text: document.text, changes: changes.map((change) => finish(change, document.text)) };
}

function reread(text: string, edit: TomlEdit): ReturnType<typeof readToml> {
	try {
		return readToml(text);
	} catch (error) {
		if (!(error instanceof SyntaxRuntimeError)) throw error;
		// Two headers of one name: the tables would have to be moved together, which is no renaming any more.
		if (edit.op === "rename")
			throw new RuntimeError("toml.conflict", { key: showPath(pathAfter(edit)), found: "exists" }, { cause: error });
		// Our own text does not parse: a defect here or a spelling that we do not know, in no case a file to write.
		throw new RuntimeError("toml.unintended", { key: showPath(edit.path), reason: error.message }, { cause: error });
	}
}

function splicesOf(document: TomlDocument, data: TomlTable, edit: TomlEdit): Splice[] {
	switch (edit.op) {
		case "set":
			return [spliceSet(document, edit.path, edit.value)];
		case "ensureAbsent":
			return spliceAbsent(document, edit.path);
		case "rename":
			return spliceRename(document, edit.path, edit.to);
		case "removeFromArray":
		case "replaceInArray": {
			const place = locate(document, edit.path);
			const items = valueAt(data, edit.path);
			if (place.as !== "entry" || place.entry.value.kind !== "array" || !Array.isArray(items)) {
				throw new RuntimeError("toml.conflict", { key: showPath(edit.path), found: "not an array" });
			}
			const indexes = items.flatMap((item: TomlData, index) => (item === edit.value ? [index] : []));
			if (edit.op === "removeFromArray") return spliceFromArray(document, place.entry.value, indexes);
			return spliceInArray(document, place.entry.value, indexes, edit.by);
		}
	}
}

function pathAfter(edit: TomlEdit): TomlPath {
	return edit.op === "rename" ? [...edit.path.slice(0, -1), edit.to] : edit.path;
}

function offsetOf(document: TomlDocument, edit: TomlEdit, splices: readonly Splice[]): number {
	const place = locate(document, pathAfter(edit));
	if (place.as === "entry") return place.entry.key[0]?.start ?? 0;
	if (place.as === "header") return place.table.start;
	if (place.as === "implied") return place.first.start;
	if (place.as === "dotted") return place.last.key[0]?.start ?? 0;
	return splices[0]?.start ?? 0;
}

function record(changes: Change[], edit: TomlEdit, before: TomlTable, after: TomlTable, offset: number): void {
	const key = showPath(edit.path);
	if (edit.op === "rename") {
		changes.push({ key, from: key, to: showPath(pathAfter(edit)), offset });
		return;
	}
	const old = valueAt(before, edit.path);
	const now = valueAt(after, edit.path);
	const to = now === undefined ? null : showValue(now);
	const known = changes.find((change) => change.key === key);
	if (known) {
		known.to = to;
		known.offset = offset;
	} else changes.push({ key, from: old === undefined ? null : showValue(old), to, offset });
}

function finish({ key, from, to, offset }: Change, text: string): TomlChange {
	return { key, from, to, line: positionOf(text, offset).line };
}
