import { expect, it } from "vitest";
import { placeholders } from "./template.ts";

it("finds the values that a sentence asks for, once each", () => {
	const text = "{count, plural, one {# pod of {node}} other {# pods of {node}}}: {pods}";
	expect([...placeholders(text)]).toEqual([
		["count", false],
		["node", false],
		["pods", false],
	]);
	const compiled = [["count", 2, { one: [0, " pod of ", ["node"]], other: [0, " pods of ", ["node"]] }], ": ", ["pods"]];
	expect(placeholders(compiled)).toEqual(placeholders(text));
});

it("tells a value with a branch for each of its words", () => {
	const text = "{why, select, several_budgets {many of them} other {{why}}} {pod}";
	expect([...placeholders(text)]).toEqual([
		["why", true],
		["pod", false],
	]);
	expect(placeholders([["why", 1, { several_budgets: "many of them", other: [["why"]] }], " ", ["pod"]])).toEqual(placeholders(text));
});

it("looks into tags, and takes none for a value", () => {
	expect([
		...placeholders([
			["b", "all of ", ["node"]],
			["code", ["id"]],
			["size", 4, "percent"],
			["a", 0],
		]).keys(),
	]).toEqual(["node", "id", "size"]);
});

it("finds none in plain text", () => {
	expect(placeholders("Ready.").size).toBe(0);
	expect(placeholders([]).size).toBe(0);
});
