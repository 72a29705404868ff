import type { NodeView } from "./contracts/node.ts";
import { runtimeGroup } from "./node-filter.ts";

/** Nodes by runtime. */
export interface RuntimeCounts {
	docker: number;
	containerd: number;
	other: number;
}

/** Of the nodes that are there. */
export function runtimeCounts(nodes: readonly Pick<NodeView, "runtime" | "gone">[]): RuntimeCounts {
	const counts: RuntimeCounts = { docker: 0, containerd: 0, other: 0 };
	for (const node of nodes) if (!node.gone) counts[runtimeGroup(node)] += 1;
	return counts;
}
