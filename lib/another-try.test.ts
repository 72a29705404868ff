import { expect, it } from "vitest";
import { anotherTry } from "./another-try.ts";
import { runStateSchema } from "./contracts/run.ts";

const at = "2026-01-01T00:00:00Z";
const step = (phase: string, startedAt: string | null) => ({ phase, startedAt });

it("retries what failed, and starts what never started", () => {
	const tried = Object.fromEntries(runStateSchema.options.map((state) => [state, anotherTry({ state, attempt: 1, steps: [] })]));
	expect(Object.entries(tried).filter(([, word]) => word !== null)).toEqual([
		["failed", "failed"],
		["cancelled", "not-started"],
		["reverted", "failed"],
		["not-started", "not-started"],
	]);
	expect(anotherTry({ state: "skipped", attempt: 2, steps: [] })).toBe("failed");
});

it("takes a node that was called back for one that failed only where it had gone out", () => {
	const word = (...steps: ReturnType<typeof step>[]) => anotherTry({ state: "cancelled", attempt: 1, steps });
	expect(word(step("prepare", at), step("drain", null), step("revert", at))).toBe("not-started");
	expect(word(step("prepare", at), step("drain", at))).toBe("failed");
	expect(word(step("prepare", at), step("cutover", at))).toBe("failed");
});
