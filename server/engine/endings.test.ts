import { expect, it } from "vitest";
import { Endings } from "./endings.ts";

const NOON = Date.parse("2026-03-01T12:00:00Z");
const HOUR_MS = 3_600_000;

it("takes what is stored as it is, and goes on from there by the clock that nobody sets", () => {
	let monotonicMs = 1_000;
	const endings = new Endings(() => monotonicMs);
	const ended = new Date(NOON - 60_000);
	expect(endings.endedMs("run00001", null, NOON)).toBeNull();
	expect(endings.endedMs("run00001", ended, NOON)).toBe(NOON - 60_000);
	monotonicMs += 5_000;
	expect(endings.endedMs("run00001", ended, NOON + 5_000)).toBe(NOON - 60_000);
	// Put ahead, and put back: 70 s ago all the same.
	monotonicMs += 5_000;
	for (const nowMs of [NOON + HOUR_MS, NOON - HOUR_MS]) expect(nowMs - (endings.endedMs("run00001", ended, nowMs) ?? 0)).toBe(70_000);
});

it("lets no run have ended later than now, and sees one that ends again", () => {
	let monotonicMs = 0;
	const endings = new Endings(() => monotonicMs);
	expect(endings.endedMs("run00001", new Date(NOON + HOUR_MS), NOON)).toBe(NOON);
	monotonicMs += 1_000;
	expect(endings.endedMs("run00001", new Date(NOON + HOUR_MS), NOON + 1_000)).toBe(NOON);
	expect(endings.endedMs("run00001", new Date(NOON + 500), NOON + 1_000)).toBe(NOON + 500);
});
