import fc from "fast-check";
import { expect, it } from "vitest";
import { timelineScale } from "./timeline.ts";

const MINUTE = 60_000;
const NOW = 1_000 * MINUTE;

it("has no scale for nothing", () => {
	expect(timelineScale([], NOW)).toBeNull();
});

it("draws what overlaps in proportion, up to now where it still lasts", () => {
	const scale = timelineScale(
		[
			{ fromMs: NOW - 10 * MINUTE, toMs: NOW - 5 * MINUTE },
			{ fromMs: NOW - 6 * MINUTE, toMs: null },
		],
		NOW,
	);
	expect([NOW - 10 * MINUTE, NOW - 5 * MINUTE, NOW].map((ms) => scale?.at(ms))).toEqual([0, 0.5, 1]);
	expect(scale).toMatchObject({ starts: [{ ms: NOW - 10 * MINUTE, at: 0 }], gaps: [] });
});

it("draws a week in which nothing was as one small gap", () => {
	const week = 7 * 24 * 60 * MINUTE;
	const scale = timelineScale(
		[
			{ fromMs: 0, toMs: 10 * MINUTE },
			{ fromMs: week, toMs: week + 10 * MINUTE },
		],
		2 * week,
	);
	expect(scale?.at(10 * MINUTE)).toBeCloseTo(0.485);
	expect(scale?.at(week)).toBeCloseTo(0.515);
	expect(scale?.at(5 * 60 * MINUTE)).toBeCloseTo(0.515);
	expect(scale?.starts.map(({ ms }) => ms)).toEqual([0, week]);
	expect(scale?.gaps).toEqual([expect.closeTo(0.5)]);
});

it("keeps the order of moments, and everything within its edges", () => {
	const span = fc.record({ fromMs: fc.nat(1e9), toMs: fc.option(fc.nat(1e9)) });
	fc.assert(
		fc.property(fc.array(span, { minLength: 1, maxLength: 30 }), (spans) => {
			const scale = timelineScale(spans, 1e9);
			const moments = spans.flatMap(({ fromMs, toMs }) => [fromMs, Math.max(fromMs, toMs ?? 1e9)]).sort((a, b) => a - b);
			const places = moments.map((ms) => scale?.at(ms) ?? Number.NaN);
			for (const [index, place] of places.entries()) {
				expect(place).toBeGreaterThanOrEqual((places[index - 1] ?? 0) - 1e-9);
				expect(place).toBeLessThanOrEqual(1 + 1e-9);
			}
			expect(places[0]).toBe(0);
		}),
	);
});
