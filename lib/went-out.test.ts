import { expect, it } from "vitest";
import { hasBeenOut, wentOutMs } from "./went-out.ts";

it("is the first step after prepare that has begun, in whatever order they come", () => {
	const at = "2026-11-29T12:00:00Z";
	const ms = Date.parse(at);
	expect(
		wentOutMs([
			{ phase: "cutover", startedAt: new Date(ms + 5_000) },
			{ phase: "prepare", startedAt: new Date(ms - 5_000) },
			{ phase: "drain", startedAt: at },
			{ phase: "verify", startedAt: null },
		]),
	).toBe(ms);
	expect(wentOutMs([{ phase: "prepare", startedAt: at }])).toBeNull();
	expect(wentOutMs([{ phase: "drain", startedAt: null }])).toBeNull();
});

it("has been out by a step after prepare, and not by what cleans up", () => {
	const at = "2026-03-01T12:00:00Z";
	expect(hasBeenOut([{ phase: "prepare", startedAt: at }])).toBe(false);
	expect(hasBeenOut([{ phase: "revert", startedAt: at }])).toBe(false);
	expect(hasBeenOut([{ phase: "drain", startedAt: null }])).toBe(false);
	expect(hasBeenOut([{ phase: "drain", startedAt: at }])).toBe(true);
});
