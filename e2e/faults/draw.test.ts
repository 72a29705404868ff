import { expect, it } from "vitest";
import type { Case } from "./case.ts";
import { Draw } from "./draw.ts";

const cases = (count: number): Case[] =>
	Array.from({ length: count }, (_, seed) => ({
		seed,
		fault: "node/reboot",
		scenario: "migrate",
		shape: "bookworm",
		moment: { step: "commit", edge: "end" },
	}));
const seeds = (given: (Case | undefined)[]) => given.map((each) => each?.seed);

it("tries another for each that never came to its moment, and none beyond what is wanted", () => {
	const draw = new Draw(cases(10), 3);
	expect(seeds([draw.next(), draw.next(), draw.next(), draw.next()])).toEqual([0, 1, 2, undefined]);
	draw.ended(true);
	expect(draw.next()).toBeUndefined();
	draw.ended(false);
	expect(seeds([draw.next(), draw.next()])).toEqual([3, undefined]);
	draw.ended(true);
	draw.ended(true);
	expect(draw.next()).toBeUndefined();
});

it("ends where there is no further case, and gives none where none is wanted", () => {
	const draw = new Draw(cases(2), 3);
	expect(seeds([draw.next(), draw.next(), draw.next()])).toEqual([0, 1, undefined]);
	expect(new Draw(cases(2), 0).next()).toBeUndefined();
	expect(new Draw(cases(2), -1).next()).toBeUndefined();
});
