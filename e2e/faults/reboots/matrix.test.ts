import { expect, it } from "vitest";
import { momentName, type Passed } from "../moments.ts";
import { rebootCases, stopsOf, takeFor, type Walk } from "./matrix.ts";

function passed(words: string): Passed[] {
	return words.split(", ").map((word) => {
		const [edge = "", step = "", where = ""] = word.split(" ");
		return { runId: "run1", edge: edge === "begin" ? "begin" : "end", step, where: where === "console" ? "console" : "node" };
	});
}
const MIGRATE: Walk = {
	scenario: "migrate",
	passed: passed(
		[
			"begin connect console, end connect console, begin probe-again console, end probe-again console",
			"begin check-host node, end check-host node, begin snapshot node, end snapshot node",
			"begin evict console, end evict console",
			"begin compare-files node, end compare-files node, begin arm-revert node, end arm-revert node",
			"begin verify-cluster console, end verify-cluster console, begin commit console, end commit console",
			"begin uncordon console, end uncordon console",
		].join(", "),
	),
};
const BACK: Walk = {
	scenario: "rollback-going-back",
	passed: passed(
		"begin verify-node node, begin revert:stop-kubelet node, end revert:stop-kubelet node, begin revert:start-kubelet node, end revert:start-kubelet node",
	),
};
const said = (walk: Walk) => stopsOf(walk).map(({ moment, mustEndOn }) => `${momentName(moment)}: ${mustEndOn ?? "either"}`);

it("stops at the end of every step, and where another script or the console begins", () => {
	expect(said(MIGRATE)).toEqual([
		"begin connect: either",
		"end connect: either",
		"end probe-again: either",
		"begin check-host: either",
		"end check-host: either",
		"end snapshot: either",
		"begin evict: either",
		"end evict: either",
		"begin compare-files: docker",
		"end compare-files: docker",
		"end arm-revert: either",
		"begin verify-cluster: docker",
		"end verify-cluster: docker",
		"end commit: containerd",
		"end uncordon: containerd",
	]);
});

it("stops on a way back at its own steps only, and ends where the run began", () => {
	expect(said(BACK)).toEqual([
		"begin revert:stop-kubelet: containerd",
		"end revert:stop-kubelet: containerd",
		"end revert:start-kubelet: containerd",
	]);
});

it("has each boundary with a reboot and a power cut, the way over first", () => {
	const cases = rebootCases(7, "bookworm", [BACK, MIGRATE]);
	expect(cases).toHaveLength(36);
	expect(cases[0]?.given).toEqual({
		seed: 7,
		fault: "node/reboot",
		scenario: "migrate",
		shape: "bookworm",
		moment: { step: "connect", edge: "begin" },
	});
	expect(cases.at(-1)?.given).toMatchObject({ fault: "node/power-cut", scenario: "rollback-going-back" });
	expect(new Set(cases.map(({ given }) => JSON.stringify(given))).size).toBe(36);
});

it("gives a node what begins on what it runs, and else what is first", () => {
	const left = [{ scenario: "migrate" as const }, { scenario: "rollback" as const }, { scenario: "migrate-cleaning" as const }];
	expect(takeFor(left, "containerd")).toEqual({ scenario: "rollback" });
	expect(takeFor(left, "containerd")).toEqual({ scenario: "migrate" });
	expect(takeFor(left, "docker")).toEqual({ scenario: "migrate-cleaning" });
	expect(takeFor(left, "docker")).toBeUndefined();
});
