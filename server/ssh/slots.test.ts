import { describe, expect, it } from "vitest";
import { Slots } from "./slots.ts";

const never = () => new Error("not aborted");

describe("Slots", () => {
	it("lets as many in as its limit says, and the others in their order", async () => {
		const slots = new Slots(2);
		const order: number[] = [];
		const first = await slots.acquire(undefined, never);
		const second = await slots.acquire(undefined, never);
		const waiting = [3, 4].map(async (n) => {
			const free = await slots.acquire(undefined, never);
			order.push(n);
			return free;
		});
		expect([slots.inUse, slots.queued]).toEqual([2, 2]);
		first();
		first();
		const third = await waiting[0];
		expect([slots.inUse, slots.queued, order]).toEqual([2, 1, [3]]);
		second();
		third?.();
		(await waiting[1])?.();
		expect([slots.inUse, slots.queued, order]).toEqual([0, 0, [3, 4]]);
	});

	it("takes a waiter out when its signal aborts", async () => {
		const slots = new Slots(1);
		const free = await slots.acquire(undefined, never);
		const stop = new AbortController();
		const waiting = slots.acquire(stop.signal, () => new Error("aborted"));
		stop.abort();
		await expect(waiting).rejects.toThrow("aborted");
		expect(slots.queued).toBe(0);
		free();
		expect(slots.inUse).toBe(0);
		await expect(slots.acquire(stop.signal, () => new Error("already"))).rejects.toThrow("already");
	});

	it("goes on with fewer once it has been lowered, but with one at least", async () => {
		const slots = new Slots(3);
		const frees = await Promise.all([1, 2, 3].map(() => slots.acquire(undefined, never)));
		slots.lowerTo(0);
		const waiting = slots.acquire(undefined, never);
		frees[0]?.();
		frees[1]?.();
		expect(slots.queued).toBe(1);
		frees[2]?.();
		await waiting;
		expect(slots.inUse).toBe(1);
	});
});
