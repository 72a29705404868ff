import { expect, it } from "vitest";
import { addRows, extendTo, keepExisting, NOTHING_SELECTED, toggleAll, toggleRow } from "./row-selection.ts";

const order = ["a", "b", "c", "d", "e"];
const ids = (selection: { ids: ReadonlySet<string> }) => [...selection.ids].sort();

it("chooses and drops one row", () => {
	const one = toggleRow(NOTHING_SELECTED, "b", order);
	expect(ids(one)).toEqual(["b"]);
	expect(ids(toggleRow(one, "b", order))).toEqual([]);
});

it("chooses a range with shift, in either direction, and drops one likewise", () => {
	const anchored = toggleRow(NOTHING_SELECTED, "d", order);
	const range = toggleRow(anchored, "b", order, true);
	expect(ids(range)).toEqual(["b", "c", "d"]);
	expect(ids(toggleRow(range, "c", order, true))).toEqual(["d"]);
});

it("takes the row alone where the range has no beginning any more", () => {
	expect(ids(toggleRow({ ids: new Set(["z"]), anchor: "z" }, "b", order, true))).toEqual(["b", "z"]);
});

it("keeps what a filter hides, and drops all that match only when all were chosen", () => {
	const some = { ids: new Set(["hidden", "a"]), anchor: null };
	const all = toggleAll(some, order);
	expect(ids(all)).toEqual(["a", "b", "c", "d", "e", "hidden"]);
	expect(ids(toggleAll(all, order))).toEqual(["hidden"]);
});

it("forgets rows that are gone, and stays the same object otherwise", () => {
	const some = { ids: new Set(["a", "b"]), anchor: "a" };
	expect(ids(keepExisting(some, new Set(["b"])))).toEqual(["b"]);
	expect(keepExisting(some, new Set(["a", "b", "c"]))).toBe(some);
});

it("extends by the keyboard from where the focus was, and takes a step back", () => {
	const two = extendTo(NOTHING_SELECTED, "b", "c", order);
	expect([ids(two), two.anchor]).toEqual([["b", "c"], "c"]);
	const three = extendTo(two, "c", "d", order);
	expect(ids(three)).toEqual(["b", "c", "d"]);
	expect(ids(extendTo(three, "d", "c", order))).toEqual(["b", "c"]);
	expect(ids(extendTo(two, "c", "a", order))).toEqual(["a", "b", "c"]);
});

it("adds many without dropping what was chosen", () => {
	expect(ids(addRows({ ids: new Set(["hidden"]), anchor: "hidden" }, ["a", "b"]))).toEqual(["a", "b", "hidden"]);
});
