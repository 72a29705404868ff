import fc from "fast-check";
import { expect, it } from "vitest";
import { cutFromHeader, cutToHeader, isLeftOut } from "./log-cut.ts";

it("says in a header what is left out, and reads it again", () => {
	const whole = fc.nat();
	fc.assert(
		fc.property(fc.record({ fromBytes: whole, toBytes: whole, fromLine: whole, toLine: whole }), (cut) => {
			expect(cutFromHeader(cutToHeader(cut))).toEqual(cut);
		}),
	);
	for (const header of [null, "", "1 2 3", "1 2 3 4 5", "1 2 3 -4", "a b c d"]) expect(cutFromHeader(header)).toBeNull();
});

it("knows which lines are left out", () => {
	const cut = { fromBytes: 10, toBytes: 30, fromLine: 3, toLine: 7 };
	expect([2, 3, 6, 7].map((line) => isLeftOut(cut, line))).toEqual([false, true, true, false]);
	expect(isLeftOut(null, 3)).toBe(false);
});
