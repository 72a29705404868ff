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

it("leaves who stays in its place, and makes others where it scrolls to: a row that is moved is more work than a new one", () => {
	const first = rowSlots(none, ["a", "b", "c"], null);
	expect(entries(rowSlots(first, ["b", "c", "d"], null))).toEqual([
		["b", 1],
		["c", 2],
		["d", 3],
	]);
	expect(entries(rowSlots(first, ["z", "a", "b"], null))).toEqual([
		["z", 3],
		["a", 0],
		["b", 1],
	]);
});

it("gives who comes the places between those that stay", () => {
	const slots = rowSlots(rowSlots(none, ["a", "b", "c", "d", "e"], null), ["x", "b", "y", "z", "e"], null);
	expect(entries(slots)).toEqual([
		["x", 0],
		["b", 1],
		["y", 2],
		["z", 3],
		["e", 4],
	]);
});

it("gives the place of the row with the focus to nobody else", () => {
	const slots = rowSlots(rowSlots(none, ["a", "b"], null), ["b", "c"], "a");
	expect(entries(slots)).toEqual([
		["b", 1],
		["c", 2],
	]);
	expect(entries(rowSlots(rowSlots(none, ["a", "b"], null), ["c", "d"], "a"))).toEqual([
		["c", 1],
		["d", 2],
	]);
});

it("gives every row a place of its own, the one it had where it had one, and moves none whose order is as it was", () => {
	const ids = fc.uniqueArray(fc.constantFrom(..."abcdefghij"), { minLength: 0, maxLength: 10 });
	fc.assert(
		fc.property(fc.array(ids, { maxLength: 6 }), (steps) => {
			let slots = none;
			for (const step of steps) {
				const next = rowSlots(slots, step, null);
				expect([...next.keys()]).toEqual(step);
				expect(new Set(next.values()).size).toBe(step.length);
				for (const id of step) if (slots.has(id)) expect(next.get(id)).toBe(slots.get(id));
				const places = [...slots.values()];
				const staying = step.filter((id) => slots.has(id)).map((id) => places.indexOf(next.get(id) ?? -1));
				const used = [...next.values()].map((slot) => places.indexOf(slot)).filter((place) => place >= 0);
				if (isRising(staying)) expect(isRising(used)).toBe(true);
				slots = next;
			}
		}),
	);
});

function isRising(numbers: readonly number[]): boolean {
	return numbers.every((one, index) => index === 0 || one > (numbers[index - 1] ?? 0));
}
