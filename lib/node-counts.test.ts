import { expect, it } from "vitest";
import { nodeCounts } from "./node-counts.ts";

it("counts nodes by what became of them", () => {
	const states = { done: 2, failed: 1, reverted: 1, "revert-failed": 1, cutover: 1, skipped: 1 };
	expect(nodeCounts(states)).toEqual({ total: 7, done: 2, failed: 3, leftOut: 1, noneGoes: false });
});

it("knows that none goes only where each is left out", () => {
	expect(nodeCounts({ skipped: 3 })).toEqual({ total: 3, done: 0, failed: 0, leftOut: 3, noneGoes: true });
	expect(nodeCounts({ skipped: 3, queued: 0 }).noneGoes).toBe(true);
	expect(nodeCounts({ skipped: 2, queued: 1 }).noneGoes).toBe(false);
	expect(nodeCounts({}).noneGoes).toBe(false);
});
