import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { VirtualTime } from "./virtual-time.ts";

let time: VirtualTime | undefined;
afterEach(() => {
	time?.uninstall();
	time = undefined;
});

it("passes hours at once, in order, on every clock", async () => {
	const realBegun = process.hrtime.bigint();
	time = VirtualTime.install();
	const date = Date.now();
	const begun = performance.now();
	const order: string[] = [];
	setTimeout(() => order.push("two hours"), 7_100_000);
	const every = setInterval(() => order.push("each hour"), 3_600_000);
	setTimeout(() => order.push("a second"), 1_000);
	await delay(7_300_000);
	clearInterval(every);
	expect(order).toEqual(["a second", "each hour", "two hours", "each hour"]);
	expect(Math.round(performance.now() - begun)).toBe(7_300_000);
	expect(Math.round((Date.now() - date) / 10)).toBe(730_000);
	expect(new Date().toISOString()).toBe(new Date(Date.now()).toISOString());
	expect(time.elapsedMs).toBeGreaterThanOrEqual(7_300_000);
	expect(Number(process.hrtime.bigint() - realBegun) / 1e6).toBeLessThan(5_000);
});

it("waits for what comes by a socket and for what other callbacks still do before it jumps", async () => {
	time = VirtualTime.install();
	const server = createServer((socket) => socket.pipe(socket));
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
	const begun = performance.now();
	for (let round = 0; round < 50; round++) {
		socket.write("x".repeat(1_000));
		await once(socket, "data");
		await new Promise((resolve) => setImmediate(resolve));
	}
	const late = setTimeout(() => {}, 5);
	expect(performance.now() - begun).toBe(0);
	clearTimeout(late);
	socket.destroy();
	server.close();
});

it("ends a wait that is aborted, and a timer that is cleared", async () => {
	time = VirtualTime.install();
	const stop = new AbortController();
	setTimeout(() => stop.abort(), 1_000);
	await expect(delay(60_000, undefined, { signal: stop.signal })).rejects.toMatchObject({ name: "AbortError" });
	expect(Math.round(time.elapsedMs)).toBeGreaterThanOrEqual(1_000);
	expect(time.elapsedMs).toBeLessThan(2_000);
	let called = false;
	const timer = setTimeout(() => {
		called = true;
	}, 100);
	clearTimeout(timer);
	await delay(1_000);
	expect(called).toBe(false);
});

it("gives the process its own time back", async () => {
	const before = { setTimeout, Date, now: performance.now };
	time = VirtualTime.install();
	time.uninstall();
	time = undefined;
	expect({ setTimeout, Date }).toEqual({ setTimeout: before.setTimeout, Date: before.Date });
	const begun = process.hrtime.bigint();
	await delay(20);
	expect(Number(process.hrtime.bigint() - begun) / 1e6).toBeGreaterThan(15);
});
