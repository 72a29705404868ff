import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { OnDemand } from "./on-demand.ts";

let Part: typeof OnDemand;
let page: EventTarget;

beforeEach(async () => {
	vi.useFakeTimers();
	page = new EventTarget();
	vi.stubGlobal("window", page);
	vi.resetModules();
	({ OnDemand: Part } = await import("./on-demand.ts"));
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

const settled = () => vi.advanceTimersByTimeAsync(0);
const sign = (type: string) => page.dispatchEvent(new Event(type));

it("is loaded at the first sign of a person, once", async () => {
	const read = vi.fn(async () => "code");
	const part = new Part(read);
	const told = vi.fn();
	part.subscribe(told);
	await settled();
	expect([part.code, read.mock.calls.length]).toEqual([null, 0]);
	sign("pointermove");
	sign("keydown");
	await settled();
	expect([part.code, read.mock.calls.length, told.mock.calls.length]).toEqual(["code", 1, 1]);
});

it("comes only when nothing is pressed: a button that is replaced would lose the press", async () => {
	const part = new Part(async () => "code");
	part.subscribe(() => undefined);
	sign("pointerdown");
	await settled();
	expect(part.code).toBeNull();
	sign("pointerup");
	await settled();
	expect(part.code).toBeNull();
	await vi.advanceTimersByTimeAsync(50);
	expect(part.code).toBe("code");
});

it("is asked for again where it could not be read", async () => {
	const read = vi.fn(async () => "code");
	read.mockRejectedValueOnce(new Error("gone"));
	const part = new Part(read);
	part.load();
	await settled();
	expect(part.code).toBeNull();
	part.load();
	part.load();
	await settled();
	expect([part.code, read.mock.calls.length]).toEqual(["code", 2]);
});
