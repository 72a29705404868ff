import { expect, it } from "vitest";
import { timeWindowSchema } from "./contracts/rollout.ts";
import { isInWindow, windowOpensAt } from "./time-window.ts";

const at = (text: string) => Date.parse(text);
const night = { from: "22:00", to: "04:00", timeZone: "Asia/Shanghai" };

it("reaches past midnight, by the clock of its zone", () => {
	expect(isInWindow(night, at("2026-03-01T14:00:00Z"))).toBe(true);
	expect(isInWindow(night, at("2026-03-01T13:59:59Z"))).toBe(false);
	expect(isInWindow(night, at("2026-03-01T19:59:00Z"))).toBe(true);
	expect(isInWindow(night, at("2026-03-01T20:00:00Z"))).toBe(false);
});

it("says when it opens next", () => {
	expect(windowOpensAt(night, at("2026-03-01T13:10:20Z"))).toBe(at("2026-03-01T14:00:00Z"));
	expect(windowOpensAt(night, at("2026-03-01T15:00:00Z"))).toBe(at("2026-03-01T15:00:00Z"));
});

// Berlin's clocks went from 02:00 to 03:00 on 2026-03-29: that night has no half past two.
it("opens a day later where the clocks leave its hours out", () => {
	const window = { from: "02:15", to: "02:45", timeZone: "Europe/Berlin" };
	expect(windowOpensAt(window, at("2026-03-29T00:50:00Z"))).toBe(at("2026-03-30T00:15:00Z"));
});

it.each([
	[{ from: "22:00", to: "22:00", timeZone: "UTC" }],
	[{ from: "24:00", to: "04:00", timeZone: "UTC" }],
	[{ from: "22:00", to: "04:00", timeZone: "Mars/Base" }],
])("refuses %j", (window) => {
	expect(timeWindowSchema.safeParse(window).success).toBe(false);
});
