import { expect, it } from "vitest";
import { FLEET_NOT_RUN, summary, total } from "./summary.ts";

const result = (title: string, counts: [number, number, number], over: object = {}) => ({
	name: title,
	title,
	counts: { passed: counts[0], failed: counts[1], skipped: counts[2] },
	seconds: 1.4,
	ran: true,
	realFleet: false,
	...over,
});

it("ends in exactly the sum", () => {
	const results = [result("lint", [1, 0, 0]), result("unit", [40, 2, 3]), result("fleet", [7, 0, 0], { realFleet: true })];
	expect(total(results)).toEqual({ passed: 48, failed: 2, skipped: 3 });
	expect(summary(results).trimEnd().split("\n").at(-1)).toBe("48 passed, 2 failed, 3 skipped");
	expect(summary(results)).not.toContain(FLEET_NOT_RUN);
});

it("shows every stage with its time and numbers", () => {
	expect(summary([result("lint", [1, 0, 0]), result("unit tests", [40, 0, 0])])).toMatch(/unit tests +1 s +40 passed, 0 failed, 0 skipped/);
});

it("says in the last lines that the real fleet was not run, and why", () => {
	const note = "no Kubernetes programs\nSet GANTRY_KUBE_BIN";
	const lines = summary([result("fleet", [0, 0, 1], { realFleet: true, ran: false, note }), result("lint", [1, 0, 0])])
		.trimEnd()
		.split("\n");
	expect(lines.slice(-3)).toEqual([
		`${FLEET_NOT_RUN} (fleet): no Kubernetes programs`,
		"Set GANTRY_KUBE_BIN",
		"1 passed, 0 failed, 1 skipped",
	]);
});

it("names other stages that did not run before the fleet", () => {
	const text = summary([
		result("fleet", [0, 0, 1], { realFleet: true, ran: false, note: "x" }),
		result("browser", [0, 0, 1], { ran: false, note: "no Chromium" }),
	]);
	expect(text.indexOf("NOT RUN: browser: no Chromium")).toBeGreaterThan(0);
	expect(text.indexOf("NOT RUN: browser: no Chromium")).toBeLessThan(text.indexOf(FLEET_NOT_RUN));
});

it("names what failed, before the sum", () => {
	const failures = Array.from({ length: 12 }, (_, n) => ({ name: `a.test.ts › test ${n}`, why: "Error: no\nat a.ts:1" }));
	const lines = summary([result("unit tests", [1, 12, 0], { failures })])
		.trimEnd()
		.split("\n");
	expect(lines.filter((line) => line.startsWith("FAILED: unit tests: a.test.ts"))).toHaveLength(10);
	expect(lines.slice(-4)).toEqual(["    Error: no", "    at a.ts:1", "FAILED: unit tests: 2 more", "1 passed, 12 failed, 0 skipped"]);
});
