import { expect, it } from "vitest";
import { steadyClock } from "./steady-clock.ts";

it("begins with the console's clock and goes on without it", () => {
	let [wallMs, monotonicMs] = [Date.parse("2026-03-01T12:00:00Z"), 5_000];
	const clock = steadyClock({ now: () => new Date(wallMs), monotonicMs: () => monotonicMs });
	expect(clock()).toBe(Date.parse("2026-03-01T12:00:00Z"));
	monotonicMs += 1_000;
	for (const jumpMs of [3_600_000, -7_200_000]) {
		wallMs += jumpMs;
		expect(clock()).toBe(Date.parse("2026-03-01T12:00:01Z"));
	}
});
