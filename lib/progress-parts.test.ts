import { expect, it } from "vitest";
import { progressParts } from "./progress-parts.ts";

it("puts the parts of a bar one after the other, what is unknown apart from what runs", () => {
	expect(
		progressParts({ done: 4, failed: 1, running: 2, blocked: 6, unknown: 3, ended: 5 }).map(({ name, from, count }) => [name, from, count]),
	).toEqual([
		["done", 0, 4],
		["failed", 4, 1],
		["running", 5, 2],
		["blocked", 7, 6],
		["unknown", 13, 3],
		["ended", 16, 5],
	]);
});
