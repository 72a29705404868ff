import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffRows, pairRows } from "./diff-rows.ts";

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join("");

describe("rows of a diff", () => {
	it("are none where nothing changes", () => {
		expect(diffRows("a\n", "a\n", 3)).toEqual([]);
	});

	it("show the change with its surroundings and fold the rest", () => {
		const rows = diffRows(lines(20), lines(20).replace("line 10\n", "line X\n"), 2) ?? [];
		expect(rows.map((row) => (row.kind === "gap" ? `… ${row.hidden}` : `${row.kind[0]} ${row.text}`))).toEqual([
			"… 7",
			"s line 8",
			"s line 9",
			"r line 10",
			"a line X",
			"s line 11",
			"s line 12",
			"… 8",
		]);
		expect(rows.find((row) => row.kind === "added")).toMatchObject({ before: null, after: 10 });
	});

	it("show a new file as added throughout", () => {
		expect(diffRows("", "a\nb\n", 3)?.map((row) => row.kind)).toEqual(["added", "added"]);
	});

	it("refuse what would freeze the page", () => {
		expect(diffRows("a".repeat(2_000_001), "b", 3)).toBeNull();
	});

	it("give both files back, whatever they are", () => {
		const text = fc
			.array(fc.constantFrom("a", "b", "", "  c"), { maxLength: 12 })
			.map((parts) => parts.map((part) => `${part}\n`).join(""));
		fc.assert(
			fc.property(text, text, (before, after) => {
				const rows = diffRows(before, after, 100);
				if (before === after) return rows?.length === 0;
				const side = (kind: string) =>
					(rows ?? [])
						.filter((row) => row.kind !== kind)
						.map((row) => `${row.text}\n`)
						.join("");
				return side("added") === before && side("removed") === after && new Set(rows?.map((row) => row.key)).size === rows?.length;
			}),
		);
	});
});

describe("two columns", () => {
	it("put what was removed beside what came in its place", () => {
		const pairs = pairRows(diffRows("a\nb\nc\n", "a\nx\nc\n", 3) ?? []);
		expect(pairs.map(([left, right]) => [left?.text ?? null, right?.text ?? null])).toEqual([
			["a", "a"],
			["b", "x"],
			["c", "c"],
		]);
	});

	it("leave the other side empty where there is no counterpart", () => {
		const pairs = pairRows(diffRows("a\n", "a\nb\n", 3) ?? []);
		expect(pairs.at(-1)?.map((row) => row?.text ?? null)).toEqual([null, "b"]);
	});
});
