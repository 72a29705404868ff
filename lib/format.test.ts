import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	compareAddresses,
	compareVersions,
	formatAge,
	formatBriefDuration,
	formatBytes,
	formatDay,
	formatDuration,
	formatExact,
	formatRelative,
	formatSpan,
	formatTime,
	naturalCompare,
} from "./format.ts";

describe("order", () => {
	it("puts node2 before node10, in any case", () => {
		expect(["node10", "node2", "Node1"].sort(naturalCompare)).toEqual(["Node1", "node2", "node10"]);
	});

	it("orders addresses by their numbers, IPv4 before IPv6 before names", () => {
		expect(["fd00::1", "edge", "10.0.0.10", "10.0.0.9"].sort(compareAddresses)).toEqual(["10.0.0.9", "10.0.0.10", "fd00::1", "edge"]);
	});

	it("puts v1.9 before v1.18", () => {
		expect(["v1.18.9", "v1.9.11"].sort(compareVersions)).toEqual(["v1.9.11", "v1.18.9"]);
	});

	it("is an order for any texts", () => {
		fc.assert(
			fc.property(
				fc.string(),
				fc.string(),
				(one, other) => Math.sign(compareAddresses(one, other)) === -Math.sign(compareAddresses(other, one)),
			),
		);
	});
});

describe("durations", () => {
	it.each([
		[0, "0 ms", "0s"],
		[49, "49 ms", "0s"],
		[50, "50 ms", "0.1s"],
		[844, "844 ms", "0.8s"],
		[4_240, "4.2 s", "4.2s"],
		[9_949, "9.9 s", "9.9s"],
		[9_950, "10 s", "10s"],
		[59_499, "59 s", "59s"],
		[59_500, "1:00", "1:00"],
		[370_000, "6:10", "6:10"],
		[3_599_499, "59:59", "59:59"],
		[3_729_000, "1:02:09", "1h02"],
		[359_999_000, "99:59:59", "4d"],
		[-1, "–", "–"],
		[Number.NaN, "–", "–"],
	])("shows %d ms as %s, and in a narrow column as %s", (ms, text, brief) => {
		expect([formatDuration(ms), formatBriefDuration(ms)]).toEqual([text, brief]);
	});

	it("is never longer than five characters in a narrow column, and never shows sixty of anything", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1e10 }), (ms) => {
				const text = formatBriefDuration(ms);
				return text.length <= 5 && !/^60s$|[:h]60/.test(text);
			}),
		);
	});

	it("never shows sixty seconds", () => {
		fc.assert(fc.property(fc.integer({ min: 0, max: 1e9 }), (ms) => !/(^60 s$)|(:60)/.test(formatDuration(ms))));
	});
});

describe("ages and sizes", () => {
	it.each([
		[0, "0s"],
		[119_000, "119s"],
		[120_000, "2m"],
		[119 * 60_000, "119m"],
		[2 * 3_600_000, "2h"],
		[47 * 3_600_000, "47h"],
		[48 * 3_600_000, "2d"],
		[800 * 86_400_000, "2y"],
	])("shows an age of %d ms as kubectl does", (ms, text) => {
		expect(formatAge(1_000_000, 1_000_000 + ms)).toBe(text);
	});

	it("takes a moment in the future for now", () => {
		expect(formatAge(2_000, 1_000)).toBe("0s");
	});

	it("writes sizes in binary units", () => {
		expect([0, 1_023, 1_536, 5 * 1024 ** 3].map((bytes) => formatBytes(bytes))).toEqual(["0 B", "1,023 B", "1.5 KiB", "5 GiB"]);
		expect(formatBytes(-1)).toBe("–");
	});

	it("says how long ago in the reader's language", () => {
		expect(formatRelative(0, 180_000, "en")).toBe("3 minutes ago");
		expect(formatRelative(0, 180_000, "zh-CN")).toBe("3分钟前");
		expect(formatRelative(0, 3_000, "en")).toBe("now");
	});
});

it.each(["en", "zh-CN"])("tells the time of day by 24 hours (%s)", (locale) => {
	expect(formatTime(Date.UTC(2026, 0, 1, 0, 41, 7), locale, "UTC")).toBe("00:41:07");
	expect(formatTime(Date.UTC(2026, 0, 1, 12, 41, 7), locale, "UTC")).toBe("12:41:07");
});

it("gives the exact moment in the zone that is asked for, midnight as 00", () => {
	const ms = Date.UTC(2026, 0, 1, 16, 0, 7);
	expect(formatExact(ms, "en", "UTC")).toBe("01/01/2026, 16:00:07 UTC");
	expect(formatExact(ms, "en", "Asia/Shanghai")).toContain("01/02/2026, 00:00:07");
	expect([formatDay(ms, "UTC"), formatDay(ms, "Asia/Shanghai")]).toEqual(["2026-01-01", "2026-01-02"]);
});

it.each([
	[0, "0 sec", "0秒"],
	[45_000, "45 sec", "45秒"],
	[90_000, "1 min 30 sec", "1分钟30秒"],
	[599_600, "10 min", "10分钟"],
	[1_798_000, "30 min", "30分钟"],
	[3_900_000, "1 hr 5 min", "1小时5分钟"],
	[86_400_000, "1 day", "1天"],
	[-1, "–", "–"],
])("tells %i ms within a sentence as %s and %s", (ms, en, zh) => {
	expect(formatSpan(ms, "en")).toBe(en);
	expect(formatSpan(ms, "zh-CN")).toBe(zh);
});
