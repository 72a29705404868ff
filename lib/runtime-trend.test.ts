import { expect, it } from "vitest";
import { trendSteps } from "./runtime-trend.ts";

const at = (day: number) => `2026-01-${String(day).padStart(2, "0")}T00:00:00.000Z`;
const point = (day: number, docker: number, containerd: number, other = 0) => ({ at: at(day), docker, containerd, other });
const ms = (day: number) => Date.parse(at(day));

it("adds the clusters up, from what held at the begin to now", () => {
	const clusters = [
		{ id: "a", name: "a", points: [point(1, 5, 0), point(12, 3, 2)] },
		{ id: "b", name: "b", points: [point(14, 1, 1, 1)] },
	];
	expect(trendSteps({ from: at(10), now: at(20), clusters })).toEqual([
		{ atMs: ms(10), docker: 5, containerd: 0, other: 0 },
		{ atMs: ms(12), docker: 3, containerd: 2, other: 0 },
		{ atMs: ms(14), docker: 4, containerd: 3, other: 1 },
		{ atMs: ms(20), docker: 4, containerd: 3, other: 1 },
	]);
});

it("takes what clusters tell at one moment as one step, and begins with the record", () => {
	const clusters = [
		{ id: "a", name: "a", points: [point(15, 2, 0)] },
		{ id: "b", name: "b", points: [point(15, 0, 3)] },
	];
	expect(trendSteps({ from: at(10), now: at(15), clusters })).toEqual([{ atMs: ms(15), docker: 2, containerd: 3, other: 0 }]);
});

it("is nothing where nothing was recorded", () => {
	expect(trendSteps({ from: at(1), now: at(2), clusters: [{ id: "a", name: "a", points: [] }] })).toEqual([]);
});

it("draws no more steps than can be told apart, and ends with what holds now", () => {
	const points = Array.from({ length: 1_000 }, (_, index) => ({
		at: new Date(ms(1) + index * 60_000).toISOString(),
		docker: 1_000 - index,
		containerd: index,
		other: 0,
	}));
	const steps = trendSteps({ from: at(1), now: at(2), clusters: [{ id: "a", name: "a", points }] }, 50);
	expect(steps.length).toBeLessThanOrEqual(52);
	expect(steps[0]).toMatchObject({ atMs: ms(1), docker: 1_000 });
	expect(steps.at(-1)).toMatchObject({ atMs: ms(2), docker: 1, containerd: 999 });
	expect(steps.map(({ atMs }) => atMs)).toEqual(steps.map(({ atMs }) => atMs).sort((one, other) => one - other));
});
