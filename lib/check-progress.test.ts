import { expect, it } from "vitest";
import { checkCounts, checkedState, needyFirst } from "./check-progress.ts";

it("counts nodes by how far they are", () => {
	expect(checkCounts(["waiting", "reading", "checking", "ready", "ready", "blocked", "failed"])).toEqual({
		total: 7,
		waiting: 1,
		reading: 1,
		checking: 1,
		done: 4,
		ready: 2,
		blocked: 1,
		failed: 1,
	});
	expect(checkCounts([])).toMatchObject({ total: 0, done: 0 });
});

it("tells a node that something keeps from one that could not be read", () => {
	expect(checkedState({ state: "queued", result: null })).toBe("ready");
	expect(checkedState({ state: "skipped", result: { code: "run.blocked", values: {} } })).toBe("blocked");
	expect(checkedState({ state: "skipped", result: { code: "connection.refused", values: {} } })).toBe("failed");
});

it("puts what needs a look first and keeps the order otherwise", () => {
	const nodes = (["ready", "waiting", "blocked", "failed", "ready", "reading"] as const).map((state, index) => ({ state, index }));
	expect(needyFirst(nodes).map(({ state, index }) => `${state}${index}`)).toEqual([
		"failed3",
		"blocked2",
		"reading5",
		"waiting1",
		"ready0",
		"ready4",
	]);
});
