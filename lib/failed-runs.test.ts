import { expect, it } from "vitest";
import { runStateSchema } from "./contracts/run.ts";
import { holdsUp } from "./failed-runs.ts";

it("names what holds a migration up until a person has seen it", () => {
	const states = runStateSchema.options.filter((state) => holdsUp({ state, hold: null, attempt: 1 }));
	expect(states).toEqual(["failed", "reverted", "revert-failed"]);
	expect(holdsUp({ state: "verifying", hold: "held", attempt: 1 })).toBe(true);
	expect(holdsUp({ state: "verifying", hold: "looking-again", attempt: 1 })).toBe(false);
	expect(holdsUp({ state: "skipped", hold: null, attempt: 2 })).toBe(true);
});
