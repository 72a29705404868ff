import { afterEach, expect, it, vi } from "vitest";
import { Readings } from "./readings.ts";

afterEach(() => vi.useRealTimers());

it("counts down what is left of each migration, and tells when it begins and when it is over", async () => {
	const told: [string, number][] = [];
	const readings: Readings = new Readings((id) => told.push([id, readings.of(id)]));
	const answers: (() => void)[] = [];
	const silent = (node: string) => new Promise<string>((resolve) => answers.push(() => resolve(node)));
	const one = readings.all("m1", ["a", "b"], silent);
	const other = readings.all("m2", ["c"], async () => {
		throw new Error("it is not there");
	});
	await expect(other).rejects.toThrow("it is not there");
	expect([readings.of("m1"), readings.of("m2")]).toEqual([2, 0]);
	answers[1]?.();
	await expect.poll(() => readings.of("m1")).toBe(1);
	answers[0]?.();
	expect(await one).toEqual(["a", "b"]);
	expect(told).toEqual([
		["m1", 2],
		["m2", 1],
		["m2", 0],
		["m1", 0],
	]);
});

it("tells what is left once a second, and the end at once", async () => {
	vi.useFakeTimers();
	const told: number[] = [];
	const readings: Readings = new Readings((id) => told.push(readings.of(id)));
	const answers: (() => void)[] = [];
	const read = readings.all("m1", ["a", "b", "c", "d"], () => new Promise<void>((resolve) => answers.push(resolve)));
	answers[0]?.();
	answers[1]?.();
	await vi.advanceTimersByTimeAsync(999);
	expect(told).toEqual([4]);
	await vi.advanceTimersByTimeAsync(1);
	expect(told).toEqual([4, 2]);
	answers[2]?.();
	await vi.advanceTimersByTimeAsync(500);
	answers[3]?.();
	await read;
	expect(told).toEqual([4, 2, 0]);
	await vi.advanceTimersByTimeAsync(5_000);
	expect(told).toEqual([4, 2, 0]);
});
