import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RuntimeError } from "../errors.ts";
import { editToml } from "./edit.ts";
import { locate, namesOf } from "./locate.ts";
import { parseToml, valueAt } from "./parse.ts";
import { scanToml } from "./scan.ts";
import type { TomlEdit, TomlPath } from "./types.ts";

const names = ["plugins", "io.containerd.grpc.v1.cri", "cni", "containerd", "a", "disabled_plugins"] as const;
const name = fc.constantFrom(...names);
const path: fc.Arbitrary<TomlPath> = fc.array(name, { minLength: 1, maxLength: 4 });
const spelled = (text: string) => fc.constantFrom(`"${text}"`, `'${text}'`, ...(/^[\w-]+$/.test(text) ? [text] : []));
const spelledPath = (names: readonly string[]) => fc.tuple(...names.map(spelled)).map((parts) => parts.join("."));
const scalar = fc.constantFrom('"x"', "'y # z'", "true", "7", "1.5", "1979-05-27T07:32:00Z", '"""\ntwo\nlines"""', '"\\u00e9"');
const array = fc
	.tuple(
		fc.array(fc.constantFrom('"cri"', "'cri'", '"io.containerd.grpc.v1.cri"', '"z"'), { maxLength: 4 }),
		fc.constantFrom("flat", "tall", "commented"),
	)
	.map(([items, shape]) => {
		if (shape === "flat") return `[${items.join(", ")}]`;
		const tail = shape === "commented" ? " # why" : "";
		return `[${tail}\n${items.map((item) => `  ${item},${tail}\n`).join("")}]`;
	});
const inline = fc.uniqueArray(name, { maxLength: 2 }).chain((keys) =>
	fc
		.tuple(
			...keys.map((key) =>
				fc.tuple(
					spelled(key),
					scalar.filter((value) => !value.includes("\n")),
				),
			),
		)
		.map((pairs) => `{ ${pairs.map(([key, value]) => `${key} = ${value}`).join(", ")} }`),
);
const value = fc.oneof(scalar, array, inline);
const indent = fc.constantFrom("", "  ", "\t");
const tail = fc.constantFrom("", " # note", "\t#");
const entry = fc
	.tuple(indent, fc.array(name, { minLength: 1, maxLength: 2 }).chain(spelledPath), value, tail)
	.map(([a, key, b, c]) => `${a}${key} = ${b}${c}`);
const header = fc.tuple(indent, path.chain(spelledPath), tail).map(([a, key, b]) => `${a}[${key}]${b}`);
const line = fc.oneof(
	{ weight: 4, arbitrary: entry },
	{ weight: 3, arbitrary: header },
	fc.constantFrom("", "# comment", "   ", "#[plugins.cri]"),
);

/** Random files that are TOML: entries, headers, inline tables, dotted keys, comments, CRLF, a byte order mark, no last newline. */
const file = fc
	.tuple(fc.array(line, { maxLength: 12 }), fc.boolean(), fc.boolean(), fc.boolean())
	.map(([lines, crlf, mark, last]) => {
		const text = lines.join("\n") + (last ? "\n" : "");
		return (mark ? "\uFEFF" : "") + (crlf ? text.replaceAll("\n", "\r\n") : text);
	})
	.filter((text) => {
		try {
			parseToml(text);
			return true;
		} catch {
			return false;
		}
	});

const edit: fc.Arbitrary<TomlEdit> = fc.oneof(
	fc.record({
		op: fc.constant("set" as const),
		path,
		value: fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.array(fc.string(), { maxLength: 3 })),
	}),
	fc.record({ op: fc.constant("removeFromArray" as const), path, value: fc.constantFrom("cri", "z") }),
	fc.record({ op: fc.constant("ensureAbsent" as const), path }),
	fc.record({ op: fc.constant("rename" as const), path, to: fc.constantFrom("b", "io.containerd.cri.v1.images") }),
);

/** The edited text, or null where the edit was refused as one that the file does not allow. */
function tryEdit(text: string, edits: readonly TomlEdit[]): string | null {
	try {
		return editToml(text, edits).text;
	} catch (error) {
		if (error instanceof RuntimeError && error.code === "toml.conflict") return null;
		throw error;
	}
}

describe("any edit of any file", { timeout: 60_000 }, () => {
	it("never ends in anything but the intended text or a conflict, and twice is once", () => {
		fc.assert(
			fc.property(file, fc.array(edit, { minLength: 1, maxLength: 3 }), (text, edits) => {
				const once = tryEdit(text, edits);
				fc.pre(once !== null);
				for (const [index, item] of edits.entries()) {
					// A rename can make room for what a later edit writes: only what comes last is looked at.
					if (item.op === "set" && index === edits.length - 1) expect(valueAt(parseToml(once), item.path)).toEqual(item.value);
				}
				const last = edits[edits.length - 1];
				if (last && last.op !== "rename") expect(editToml(once, [last])).toEqual({ text: once, changes: [] });
			}),
			{ numRuns: 250 },
		);
	});

	it("touches one stretch of the text when it sets a value: nothing, or the old value", () => {
		fc.assert(
			fc.property(file, path, fc.constantFrom<string | boolean>("pause:3.2", true), (text, where, to) => {
				const after = tryEdit(text, [{ op: "set", path: where, value: to }]);
				fc.pre(after !== null && after !== text);
				let head = 0;
				while (head < text.length && text[head] === after[head]) head += 1;
				let foot = 0;
				while (foot < text.length - head && text[text.length - 1 - foot] === after[after.length - 1 - foot]) foot += 1;
				const place = locate(scanToml(text), where);
				if (place.as !== "entry") expect(text.length - foot - head).toBe(0);
				else {
					expect(head).toBeGreaterThanOrEqual(place.entry.value.start);
					expect(text.length - foot).toBeLessThanOrEqual(place.entry.value.end);
				}
			}),
			{ numRuns: 150 },
		);
	});

	it("goes back byte for byte: a key added to a table that its header writes, then taken away", () => {
		fc.assert(
			fc.property(file, fc.nat(), (text, pick) => {
				const headers = scanToml(text).tables.filter((table) => table.kind === "table");
				const table = headers[pick % headers.length];
				fc.pre(table !== undefined && text.endsWith("\n"));
				const key = [...namesOf(table.path), "sandbox_image"];
				const there = tryEdit(text, [{ op: "set", path: key, value: "x" }]);
				fc.pre(there !== null);
				expect(there.split("\n").length).toBe(text.split("\n").length + 1);
				expect(editToml(there, [{ op: "ensureAbsent", path: key }]).text).toBe(text);
			}),
			{ numRuns: 120 },
		);
	});

	it("goes back byte for byte: a value replaced and put back", () => {
		fc.assert(
			fc.property(file, fc.nat(), (text, pick) => {
				const keys = scanToml(text).tables.flatMap((table) => table.entries.map((item) => [...namesOf(table.path), ...namesOf(item.key)]));
				const key = keys[pick % keys.length];
				fc.pre(key !== undefined);
				const old = valueAt(parseToml(text), key);
				fc.pre(typeof old === "boolean" || (typeof old === "number" && Number.isSafeInteger(old)));
				const there = editToml(text, [{ op: "set", path: key, value: "elsewhere" }]).text;
				expect(there).not.toBe(text);
				expect(editToml(there, [{ op: "set", path: key, value: old }]).text).toBe(text);
			}),
			{ numRuns: 100 },
		);
	});

	it("keeps every comment and every line end when it takes elements out of an array", () => {
		fc.assert(
			fc.property(file, fc.nat(), (text, pick) => {
				const arrays = scanToml(text).tables.flatMap((table) =>
					table.entries.flatMap((item) => (item.value.kind === "array" ? [[...namesOf(table.path), ...namesOf(item.key)]] : [])),
				);
				const where = arrays[pick % arrays.length];
				fc.pre(where !== undefined);
				const after = editToml(text, [{ op: "removeFromArray", path: where, value: "cri" }]).text;
				expect((after.match(/#/g) ?? []).length).toBe((text.match(/#/g) ?? []).length);
				expect(/(?<!\r)\n/.test(after)).toBe(/(?<!\r)\n/.test(text));
			}),
			{ numRuns: 120 },
		);
	});
});
