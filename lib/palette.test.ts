import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PaletteKind, paletteEntry, searchPalette, withRecent } from "./palette.ts";

const entry = (kind: PaletteKind, label: string, hint = "", ...words: string[]) =>
	paletteEntry({ id: `${kind}:${label}`, kind, label, hint, href: kind === "command" ? null : `/${kind}/${label}` }, ...words);
const ENTRIES = [
	entry("command", "New migration"),
	entry("page", "Nodes"),
	entry("page", "Migrations"),
	entry("cluster", "prod"),
	...["node10", "node2", "edge-node2", "worker"].map((name, index) => entry("node", name, "prod", `10.0.0.${index + 9}`)),
	entry("migration", "CHG-8841", "prod", "running"),
	entry("run", "node2", "done"),
];
const found = (query: string, recent: string[] = []) =>
	searchPalette(ENTRIES, query, recent).map(({ kind, entries }) => [kind, ...entries.map(({ label }) => label)]);

describe("while nothing is typed", () => {
	it("lists what was used last, then what can be done and where one can go, and no nodes", () => {
		expect(found("", ["node:worker", "gone", "page:Nodes"])).toEqual([
			["recent", "worker", "Nodes"],
			["command", "New migration"],
			["page", "Migrations"],
			["cluster", "prod"],
			["migration", "CHG-8841"],
		]);
		expect(found("  ")[0]).toEqual(["command", "New migration"]);
	});
});

describe("a search", () => {
	it("puts the best find first, names in their natural order", () => {
		expect(found("node")).toEqual([
			["page", "Nodes"],
			["node", "node2", "node10", "edge-node2"],
			["run", "node2"],
		]);
		expect(found("node2")[0]).toEqual(["node", "node2", "edge-node2"]);
	});

	it("finds by address and by state, all words in any order", () => {
		expect(found("10.0.0.10 prod")).toEqual([["node", "node2"]]);
		expect(found("RUNNING chg")).toEqual([["migration", "CHG-8841"]]);
		expect(found("nothing of that name")).toEqual([]);
	});

	it("prefers what was used last among equals", () => {
		expect(found("node", ["node:node10"])[1]).toEqual(["node", "node10", "node2", "edge-node2"]);
	});

	it("lists only so many of thousands, says how many more there are, and is quick", () => {
		const many = Array.from({ length: 5_000 }, (_, index) => entry("node", `node${index}`, "prod", `10.0.${index >> 8}.${index & 255}`));
		const before = performance.now();
		const [group] = searchPalette(many, "node1", []);
		expect(performance.now() - before).toBeLessThan(500);
		expect(group?.entries.map(({ label }) => label).slice(0, 3)).toEqual(["node1", "node10", "node11"]);
		expect((group?.entries.length ?? 0) + (group?.more ?? 0)).toBe(1_111);
		expect(group?.entries.length).toBeLessThan(20);
	});
});

it("never lists anything twice, nor anything that lacks a word", () => {
	fc.assert(
		fc.property(fc.string({ maxLength: 4 }), fc.subarray(ENTRIES.map(({ id }) => id)), (query, recent) => {
			const listed = searchPalette(ENTRIES, query, recent).flatMap(({ entries }) => entries);
			expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
			const words = query.toLowerCase().split(/\s+/).filter(Boolean);
			for (const { text } of listed) expect(words.every((word) => text.includes(word))).toBe(true);
		}),
	);
});

it("remembers the last few, each once, the last first", () => {
	expect(withRecent(["a", "b"], "b")).toEqual(["b", "a"]);
	expect(["1", "2", "3", "4", "5", "6", "7"].reduce<string[]>((recent, id) => withRecent(recent, id), [])).toEqual([
		"7",
		"6",
		"5",
		"4",
		"3",
		"2",
	]);
});
