import { describe, expect, it } from "vitest";
import type { Finding } from "./contracts/finding.ts";
import { groupFindings, longestOutageMs } from "./review.ts";

const finding = (code: string, severity: Finding["severity"], values: Finding["values"] = {}): Finding => ({ code, severity, values });

describe("groupFindings", () => {
	it("shows what several nodes share once, what blocks first", () => {
		const groups = groupFindings([
			{ name: "a", findings: [finding("x.note", "note"), finding("x.warn", "warn", { path: "/a" })] },
			{ name: "b", findings: [finding("x.warn", "warn", { path: "/b" }), finding("x.block", "block")] },
			{ name: "c", findings: [finding("y.warn", "warn"), finding("x.note", "note")] },
		]);
		expect(groups.map((group) => [group.code, group.nodes, group.alike])).toEqual([
			["x.block", ["b"], true],
			["x.warn", ["a", "b"], false],
			["y.warn", ["c"], true],
			["x.note", ["a", "c"], true],
		]);
	});

	it("keeps what it says of each node", () => {
		const groups = groupFindings([
			{ name: "a", findings: [finding("x", "warn", { path: "/1" })] },
			{ name: "b", findings: [finding("x", "warn", { path: "/2" }), finding("x", "warn", { path: "/3" })] },
		]);
		expect(groups[0]?.each.map(({ name, finding: { values } }) => [name, values["path"]])).toEqual([
			["a", "/1"],
			["b", "/2"],
			["b", "/3"],
		]);
	});

	it("names a node once, also where it has a finding twice", () => {
		const twice = [finding("f", "warn", { path: "/1" }), finding("f", "warn", { path: "/2" })];
		expect(groupFindings([{ name: "a", findings: twice }])).toMatchObject([{ nodes: ["a"], alike: false }]);
	});
});

it("counts the outage from the kubelet's stop to its start", () => {
	const step = (id: string, limitS: number) => ({ id, phase: "cutover" as const, where: "node" as const, limitS, values: {} });
	expect(
		longestOutageMs([step("arm-revert", 5), step("stop-kubelet", 10), step("stop-docker", 20), step("start-kubelet", 30), step("x", 9)]),
	).toBe(60_000);
	expect(longestOutageMs([step("x", 1)])).toBe(0);
});
