import { expect, it } from "vitest";
import { Queue } from "./queue.ts";

it("gives turns in the order they were asked for, one at a time", async () => {
	const queue = new Queue();
	const log: string[] = [];
	const first = await queue.turn();
	const others = ["b", "c"].map((name) =>
		queue.run(async () => {
			log.push(`${name} begins`);
			await Promise.resolve();
			log.push(`${name} ends`);
		}),
	);
	await Promise.resolve();
	expect(log).toEqual([]);
	first();
	await Promise.all(others);
	expect(log).toEqual(["b begins", "b ends", "c begins", "c ends"]);
});

it("goes on after work that failed", async () => {
	const queue = new Queue();
	await expect(queue.run(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
	await expect(queue.run(async () => "next")).resolves.toBe("next");
});

it("is not confused by a turn given back twice", async () => {
	const queue = new Queue();
	const first = await queue.turn();
	first();
	const second = await queue.turn();
	first();
	let third = false;
	const waiting = queue.run(async () => {
		third = true;
	});
	await Promise.resolve();
	expect(third).toBe(false);
	second();
	await waiting;
	expect(third).toBe(true);
});
