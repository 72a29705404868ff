import { describe, expect, it } from "vitest";
import { exampleNodes, findingGroups, readinessCounts, tally } from "./cluster-findings.ts";

type Node = Parameters<typeof findingGroups>[0][number];

function node(name: string, codes: { block?: string[]; warn?: string[]; note?: string[] } | null, change: Partial<Node> = {}): Node {
	const preflight = codes && { at: "2026-01-01T00:00:00Z", block: [], warn: [], note: [], ...codes };
	return { id: name, name, runtime: "dockershim", gone: false, probeError: null, preflight, ...change };
}

const silent = { code: "ssh.timeout", values: {} };
const NODES = [
	node("node10", { block: ["disk"], warn: ["swap"] }),
	node("node2", { block: ["disk", "unit"] }),
	node("node3", { warn: ["swap", "clock"] }),
	node("node4", {}),
	node("node5", null),
	node("node6", { block: ["old"] }, { probeError: silent }),
	node("node7", { block: ["gone"] }, { gone: true }),
	node("node8", { note: ["left"] }, { runtime: "containerd" }),
];

describe("findings across nodes", () => {
	it("come once a code, what blocks first, then by how many nodes have it", () => {
		const groups = findingGroups(NODES).map(({ code, severity, nodes }) => [severity, code, nodes.map(({ name }) => name).join(" ")]);
		expect(groups).toEqual([
			["block", "disk", "node2 node10"],
			["block", "unit", "node2"],
			["warn", "swap", "node3 node10"],
			["warn", "clock", "node3"],
			["note", "left", "node8"],
		]);
	});

	it("are explained by few nodes", () => {
		const groups = findingGroups(NODES);
		const chosen = exampleNodes(groups, 8);
		expect(chosen).toHaveLength(3);
		for (const group of groups) expect(group.nodes.some(({ id }) => chosen.includes(id))).toBe(true);
		expect(exampleNodes(groups, 1)).toHaveLength(1);
		expect(exampleNodes([], 8)).toEqual([]);
	});
});

it("counts how nodes stand, those that are there", () => {
	expect(readinessCounts(NODES)).toEqual({ blocked: 2, attention: 1, unknown: 2, ready: 1, containerd: 1 });
});

it("tallies values, the most frequent first", () => {
	const values = ["v1.9", "v1.18", "v1.18", undefined, "", "v1.20"];
	expect(tally(values, (value) => value)).toEqual([
		{ value: "v1.18", count: 2 },
		{ value: "v1.9", count: 1 },
		{ value: "v1.20", count: 1 },
	]);
});
