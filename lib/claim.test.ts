import { expect, it } from "vitest";
import { claim } from "./claim.ts";

function browser() {
	const stored = new Map<string, string>();
	const storage = {
		getItem: (key: string) => stored.get(key) ?? null,
		setItem: (key: string, value: string) => void stored.set(key, value),
	};
	let last: Promise<unknown> = Promise.resolve();
	const alone = <T>(work: () => T): Promise<T> => {
		const turn = last.then(work);
		last = turn.catch(() => {});
		return turn;
	};
	return { stored, ask: (key: string, nowMs = 1_000) => claim(key, { alone, storage, nowMs }) };
}

it("is given to one of many tabs", async () => {
	const { ask } = browser();
	const answers = await Promise.all(Array.from({ length: 8 }, () => ask("m1:done")));
	expect(answers.filter(Boolean)).toHaveLength(1);
	expect(await ask("m2:done")).toBe(true);
});

it("is given again when the same happens later, and forgotten then", async () => {
	const { ask, stored } = browser();
	expect([await ask("m1:held", 0), await ask("m1:held", 29_000), await ask("m1:held", 31_000)]).toEqual([true, false, true]);
	expect([...stored.values()].join()).not.toContain('["m1:held",0]');
});

it("is given where storing is forbidden or somebody else wrote there", async () => {
	const forbidden = {
		getItem: () => null,
		setItem: () => {
			throw new Error("no");
		},
	};
	expect(await claim("k", { alone: null, storage: forbidden, nowMs: 0 })).toBe(true);
	expect(await claim("k", { alone: null, storage: { getItem: () => "{", setItem: () => {} }, nowMs: 0 })).toBe(true);
});
