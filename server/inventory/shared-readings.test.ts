import { expect, it } from "vitest";
import { SharedReadings } from "./shared-readings.ts";

function setUp() {
	const state = { commits: 0, readings: 0 };
	const ends: (() => void)[] = [];
	const shared = new SharedReadings<number>(() => state.commits);
	const ask = (key = "all") =>
		shared.of(key, async () => {
			state.readings += 1;
			const number = state.readings;
			await new Promise<void>((resolve) => ends.push(resolve));
			return number;
		});
	return { state, ends, ask, shared };
}

it("gives all who ask while it is under way the same reading, and others another", async () => {
	const { ends, ask } = setUp();
	const asked = [ask(), ask(), ask("one cluster")];
	for (const end of ends) end();
	expect(await Promise.all(asked)).toEqual([1, 1, 2]);
	const later = ask();
	ends.at(-1)?.();
	expect(await later).toBe(3);
});

it("is not what somebody is told who asks after something was written", async () => {
	const { state, ends, ask } = setUp();
	const before = ask();
	state.commits += 1;
	const after = [ask(), ask()];
	ends[0]?.();
	expect(await before).toBe(1);
	// The end of the first does not take the second away.
	const joined = ask();
	ends[1]?.();
	expect(await Promise.all([...after, joined])).toEqual([2, 2, 2]);
});

it("that failed is nobody's afterwards", async () => {
	const { shared } = setUp();
	await expect(shared.of("all", () => Promise.reject(new Error("disk")))).rejects.toThrow("disk");
	expect(await shared.of("all", async () => 7)).toBe(7);
});
