import { RuntimeError } from "../errors.ts";
import { canonical, type TomlData, type TomlTable, valueAt } from "./parse.ts";
import { showPath } from "./spelling.ts";
import type { TomlEdit, TomlPath } from "./types.ts";

/** What the edit means for the values, worked out without looking at the text: the text is judged by it. */
export function applyMeaning(data: TomlTable, edit: TomlEdit): TomlTable {
	const name = edit.path[edit.path.length - 1];
	if (name === undefined) throw new RangeError("an edit needs a path");
	const result = copy(data);
	const parent = tableAt(result, edit.path.slice(0, -1), edit.op === "set");
	if (!parent) return result;
	switch (edit.op) {
		case "set":
			parent.set(name, edit.value);
			break;
		case "ensureAbsent":
			parent.delete(name);
			break;
		case "removeFromArray":
		case "replaceInArray": {
			const array = parent.get(name);
			if (array === undefined) break;
			if (!Array.isArray(array)) throw new RuntimeError("toml.conflict", { key: showPath(edit.path), found: "not an array" });
			const by = edit.op === "replaceInArray" ? [edit.by] : [];
			parent.set(
				name,
				array.flatMap((item) => (item === edit.value ? by : [item])),
			);
			break;
		}
		case "rename": {
			const moved = parent.get(name);
			if (moved === undefined) break;
			parent.set(edit.to, merged(parent.get(edit.to), moved, [...edit.path.slice(0, -1), edit.to]));
			parent.delete(name);
			break;
		}
	}
	return result;
}

/**
 * True where the text says what was meant. A table that only dotted keys wrote ends with the last of them, so an empty
 * table on the way to a key that was taken away may be missing.
 */
export function saysWhatIsMeant(meant: TomlTable, found: TomlTable, edit: TomlEdit): boolean {
	const pruned = copy(meant);
	if (edit.op === "ensureAbsent") {
		for (let length = edit.path.length - 1; length > 0; length -= 1) {
			const prefix = edit.path.slice(0, length);
			const value = valueAt(pruned, prefix);
			if (!(value instanceof Map) || value.size > 0 || valueAt(found, prefix) !== undefined) break;
			tableAt(pruned, prefix.slice(0, -1), false)?.delete(prefix[length - 1] ?? "");
		}
	}
	return canonical(pruned) === canonical(found);
}

/** Two tables become one where they hold no key in common; anything else that is there already is in the way. */
function merged(there: TomlData | undefined, moved: TomlData, path: TomlPath): TomlData {
	if (there === undefined) return moved;
	if (there instanceof Map && moved instanceof Map && [...moved.keys()].every((key) => !there.has(key)))
		return new Map([...there, ...moved]);
	throw new RuntimeError("toml.conflict", { key: showPath(path), found: "exists" });
}

function copy(table: TomlTable): TomlTable {
	return new Map([...table].map(([key, value]): [string, TomlData] => [key, value instanceof Map ? copy(value) : value]));
}

function tableAt(data: TomlTable, path: TomlPath, create: boolean): TomlTable | null {
	let table = data;
	for (const [index, name] of path.entries()) {
		const next = table.get(name);
		if (next instanceof Map) table = next;
		else if (next !== undefined) {
			if (!create) return null;
			throw new RuntimeError("toml.conflict", { key: showPath(path.slice(0, index + 1)), found: "value" });
		} else {
			if (!create) return null;
			const made: TomlTable = new Map();
			table.set(name, made);
			table = made;
		}
	}
	return table;
}
