import { describe, expect, it } from "vitest";
import type { NodeView } from "./contracts/node.ts";
import { staleNodes, whyNot } from "./stale-nodes.ts";
import { nodeView } from "./testing/node-view.ts";

describe("whyNot", () => {
	it.each<[string, Partial<NodeView>, "migrate" | "rollback", string | null]>([
		["a worker on Docker", {}, "migrate", null],
		["one that left its cluster", { gone: true }, "migrate", "gone"],
		["one with a run", { activeRunId: "r1" }, "migrate", "busy"],
		["one on containerd", { runtime: "containerd" }, "migrate", "already"],
		["one that went over by hand", { runtime: "containerd", wentOverByHand: true }, "migrate", null],
		["one with a snapshot", { runtime: "containerd", rollbackRunId: "r1" }, "rollback", null],
		["one without", {}, "rollback", "no-snapshot"],
		["one by hand, back", { runtime: "containerd", wentOverByHand: true }, "rollback", "by-hand"],
	])("of %s", (_, change, direction, why) => {
		expect(whyNot(nodeView(change), direction)).toBe(why);
	});
});

it("names chosen nodes that are gone as they were called, and those that cannot go any more", () => {
	const nodes = [
		nodeView({ id: "n1", name: "node1" }),
		nodeView({ id: "n2", name: "node2", runtime: "containerd" }),
		nodeView({ id: "n9", name: "node9", runtime: "containerd" }),
	];
	const draft = { nodeIds: ["n10", "n2", "n1", "n3"], direction: "migrate" as const };
	expect(staleNodes(draft, { n10: "node10", n2: "old name" }, nodes)).toEqual([
		{ id: "n3", name: "n3", why: "removed" },
		{ id: "n2", name: "node2", why: "already" },
		{ id: "n10", name: "node10", why: "removed" },
	]);
});
