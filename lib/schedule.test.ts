import { expect, it } from "vitest";
import { MOST_DAYS_AHEAD, scheduleFailed, scheduleRefusal } from "./schedule.ts";

const NOW = Date.parse("2026-11-29T12:00:00Z");
const days = (count: number) => count * 86_400_000;

it.each([
	["now", NOW, "past"],
	["a second ago", NOW - 1_000, "past"],
	["in a second", NOW + 1_000, null],
	["in 90 days", NOW + days(MOST_DAYS_AHEAD), null],
	["a second later than that", NOW + days(MOST_DAYS_AHEAD) + 1_000, "too-far"],
] as const)("%s", (_, startMs, refusal) => {
	expect(scheduleRefusal(startMs, NOW)).toBe(refusal);
});

it("tells a draft that was not started in its time from one that a person took back", () => {
	const why = (code: string) => ({ code, values: {} });
	expect(scheduleFailed({ state: "draft", stateWhy: why("migration.schedule-missed") })).toBe(true);
	expect(scheduleFailed({ state: "draft", stateWhy: why("migration.unscheduled") })).toBe(false);
	expect(scheduleFailed({ state: "running", stateWhy: why("migration.schedule-refused") })).toBe(false);
	expect(scheduleFailed({ state: "draft", stateWhy: null })).toBe(false);
});
