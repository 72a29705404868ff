import type { NodeView } from "./contracts/node.ts";
import type { Direction } from "./contracts/plan.ts";
import { naturalCompare } from "./format.ts";
import { runtimeGroup } from "./node-filter.ts";

type WhyNot = "gone" | "busy" | "by-hand" | "no-snapshot" | "already";

/** Why a node cannot be chosen: what is plain before it is probed. Everything else preflight says. Pure. */
export function whyNot(node: NodeView, direction: Direction): WhyNot | null {
	if (node.gone) return "gone";
	if (node.activeRunId !== null) return "busy";
	if (direction === "rollback") {
		if (node.rollbackRunId !== null) return null;
		return node.wentOverByHand ? "by-hand" : "no-snapshot";
	}
	// What somebody began by hand may be left to complete.
	return runtimeGroup(node) === "containerd" && !node.wentOverByHand ? "already" : null;
}

/** One of a draft's nodes that is no longer what it was when it was chosen. */
export interface StaleNode {
	id: string;
	/** As it was called when it was chosen; its id where nobody knows any more. */
	name: string;
	/** "removed": the cluster has no such node; the others are there and cannot go. */
	why: WhyNot | "removed";
}

/** Chosen nodes that cannot go any more, by name. Pure. */
export function staleNodes(
	{ nodeIds, direction }: { nodeIds: readonly string[]; direction: Direction },
	names: Readonly<Record<string, string>>,
	nodes: readonly NodeView[],
): StaleNode[] {
	const there = new Map(nodes.map((node) => [node.id, node]));
	return nodeIds
		.flatMap((id): StaleNode[] => {
			const node = there.get(id);
			if (!node) return [{ id, name: names[id] ?? id, why: "removed" }];
			const why = whyNot(node, direction);
			return why === null ? [] : [{ id, name: node.name, why }];
		})
		.sort((one, other) => naturalCompare(one.name, other.name));
}
