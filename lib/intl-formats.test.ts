import { expect, it } from "vitest";
import { dateTimeFormat, numberFormat, relativeTimeFormat } from "./intl-formats.ts";

it("makes a format once for the same kind, language and options", () => {
	expect(dateTimeFormat("en", { year: "numeric", timeZone: "UTC" })).toBe(dateTimeFormat("en", { year: "numeric", timeZone: "UTC" }));
	expect(numberFormat("en", {})).toBe(numberFormat("en", {}));
	expect(relativeTimeFormat("en", {})).toBe(relativeTimeFormat("en", {}));
});

it("makes another for another language or other options", () => {
	const at = Date.UTC(2026, 0, 1, 23);
	const hour = (locale: string, timeZone: string) =>
		dateTimeFormat(locale, { hour: "2-digit", day: "numeric", hourCycle: "h23", timeZone }).format(at);
	expect(new Set([hour("en", "UTC"), hour("en", "Asia/Shanghai"), hour("zh-CN", "UTC")]).size).toBe(3);
	expect(numberFormat("de", {}).format(1_000.5)).toBe("1.000,5");
	expect(numberFormat("en", {}).format(1_000.5)).toBe("1,000.5");
});
