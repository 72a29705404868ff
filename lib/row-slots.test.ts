import fc from "fast-check";
import { expect, it } from "vitest";
import { rowSlots } from "./row-slots.ts";

const none = new Map<string, number>();
const entries = (slots: Map<string, number>) => [...slots];

it("numbers the first rows", () => {
	expect(entries(rowSlots(none, ["a", "b"], null))).toEqual([
		["a", 0],
		["b", 1],
	]);
});

it("draws other rows in the same places, in order", () => {
	expect(entries(rowSlots(rowSlots(none, ["a", "b", "c"], null), ["d", "e"], null))).toEqual([
		["d", 0],
		["e", 1],
	]);
});

it("leaves who stays in its place, and gives the places of those that left to those that come", () => {
	const scrolled = rowSlots(rowSlots(none, ["a", "b", "c"], null), ["b", "c", "d", "e"], null);
	expect(entries(scrolled)).toEqual([
		["b", 1],
		["c", 2],
		["d", 0],
		["e", 3],
	]);
});

it("gives the place of the row with the focus to nobody else", () => {
	const slots = rowSlots(rowSlots(none, ["a", "b"], null), ["b", "c"], "a");
	expect(entries(slots)).toEqual([
		["b", 1],
		["c", 2],
	]);
});

it("gives every row a place of its own, the one it had where it had one", () => {
	const ids = fc.uniqueArray(fc.constantFrom(..."abcdefghij"), { minLength: 0, maxLength: 10 });
	fc.assert(
		fc.property(fc.array(ids, { maxLength: 6 }), (steps) => {
			let slots = none;
			for (const step of steps) {
				const next = rowSlots(slots, step, null);
				expect([...next.keys()]).toEqual(step);
				expect(new Set(next.values()).size).toBe(step.length);
				for (const id of step) if (slots.has(id)) expect(next.get(id)).toBe(slots.get(id));
				slots = next;
			}
		}),
	);
});
