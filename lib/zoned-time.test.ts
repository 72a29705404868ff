import { describe, expect, it } from "vitest";
import { formatCountdown, formatZoned, wallClock, zonedInstant } from "./zoned-time.ts";

describe("zonedInstant", () => {
	it.each([
		["2026-12-01", "22:00", "Asia/Shanghai", "2026-12-01T14:00:00.000Z"],
		["2026-12-01", "22:00", "UTC", "2026-12-01T22:00:00.000Z"],
		["2026-07-01", "00:30", "Europe/Berlin", "2026-06-30T22:30:00.000Z"],
		["2026-12-01", "03:15", "Asia/Kolkata", "2026-11-30T21:45:00.000Z"],
		["2027-01-01", "00:00", "Pacific/Auckland", "2026-12-31T11:00:00.000Z"],
		// Set back at 3:00: 2:30 comes twice, and the first is meant.
		["2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
		["2026-11-01", "01:30", "America/New_York", "2026-11-01T05:30:00.000Z"],
		// As a field holds it while its year is typed.
		["0026-12-01", "22:00", "UTC", "0026-12-01T22:00:00.000Z"],
	])("%s %s in %s", (date, time, zone, expected) => {
		expect(new Date(zonedInstant(date, time, zone) ?? 0).toISOString()).toBe(expected);
		expect(wallClock(Date.parse(expected), zone)).toEqual({ date, time });
	});

	it.each([
		["2026-03-29", "02:30", "Europe/Berlin"],
		["2026-02-30", "02:30", "UTC"],
		["", "02:30", "UTC"],
		["2026-12-01", "", "UTC"],
	])("is never %s %s in %s", (date, time, zone) => {
		expect(zonedInstant(date, time, zone)).toBeNull();
	});
});

it("tells a moment in a zone", () => {
	expect(formatZoned(Date.parse("2026-12-01T14:00:00Z"), "en", "Asia/Shanghai")).toBe("Tue, Dec 1, 2026, 22:00");
});

it.each([
	[0, "0 sec"],
	[59_100, "1 min"],
	[40_000, "40 sec"],
	[61_000, "2 min"],
	[7_800_000, "2 hr 10 min"],
	[7_200_000, "2 hr"],
	[86_400_000, "1 day"],
	[3 * 86_400_000 + 4 * 3_600_000 + 60_000, "3 days 4 hr"],
])("counts %d ms down as %s", (ms, text) => {
	expect(formatCountdown(ms, "en")).toBe(text.replaceAll(/(\d) /g, "$1\u00a0"));
});
