import { describe, expect, it } from "vitest";
import { countTicks, stackedBands, stepAt } from "./step-chart.ts";

const steps = [
	{ atMs: 0, a: 1, b: 2 },
	{ atMs: 10, a: 3, b: 0 },
];

describe("bands", () => {
	const scales = { x: (atMs: number) => atMs, y: (count: number) => 10 - count };

	it("lie one upon the other, and each value holds until the next", () => {
		expect(stackedBands(steps, ["a", "b"], scales)).toEqual([
			{ key: "a", edge: "M0,9L10,9L10,7", area: "M0,9L10,9L10,7L10,10L10,10L0,10Z" },
			{ key: "b", edge: "M0,7L10,7L10,7", area: "M0,7L10,7L10,7L10,7L10,9L0,9Z" },
		]);
	});

	it("are rounded to what a screen shows", () => {
		expect(stackedBands(steps, ["a"], { x: (atMs) => atMs / 3, y: () => 1 / 3 })[0]?.edge).toBe("M0,0.33L3.33,0.33L3.33,0.33");
	});

	it("are empty without steps", () => {
		expect(stackedBands<"a">([], ["a"], scales)).toEqual([{ key: "a", edge: "", area: "Z" }]);
	});
});

it.each([
	[0, [0, 1]],
	[1, [0, 1]],
	[3, [0, 1, 2, 3]],
	[6, [0, 2, 4, 6]],
	[11, [0, 5, 10, 15]],
	[300, [0, 100, 200, 300]],
	[5_000, [0, 2_000, 4_000, 6_000]],
])("counts up to %d by whole numbers", (most, ticks) => {
	expect(countTicks(most)).toEqual(ticks);
});

it("tells what holds at a moment", () => {
	expect([-5, 0, 9, 10, 99].map((atMs) => stepAt(steps, atMs)?.atMs)).toEqual([0, 0, 0, 10, 10]);
	expect(stepAt([], 1)).toBeUndefined();
});
