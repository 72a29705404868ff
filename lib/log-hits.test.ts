import { expect, it } from "vitest";
import { mergeHits, nextHit } from "./log-hits.ts";

it("joins what the server found before the held part to what is found in it", () => {
	expect(mergeHits([2, 7, 12], [12, 20], 10)).toEqual([2, 7, 12, 20]);
	expect(mergeHits([2, 10, 12], [12], 10)).toEqual([2, 10, 12]);
	expect(mergeHits([2, 10], [10, 12], 10)).toEqual([2, 10, 12]);
	expect(mergeHits([], [3], 1)).toEqual([3]);
});

it("goes from hit to hit, round and round, from wherever the reader is", () => {
	expect(nextHit([], null, 1)).toBeNull();
	expect([nextHit([2, 7], null, 1), nextHit([2, 7], null, -1)]).toEqual([2, 7]);
	expect([nextHit([2, 7], 2, 1), nextHit([2, 7], 7, 1), nextHit([2, 7], 5, 1)]).toEqual([7, 2, 7]);
	expect([nextHit([2, 7], 7, -1), nextHit([2, 7], 2, -1), nextHit([2, 7], 5, -1)]).toEqual([2, 7, 2]);
});
