import type { RolloutOrder } from "../../lib/contracts/rollout.ts";
import { naturalCompare } from "../../lib/format.ts";

export interface OrderedNode {
	id: string;
	name: string;
	labels: Readonly<Record<string, string>>;
}

/** The well-known label, and what it was called before 1.17. */
const ZONE_LABELS = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"] as const;

export function zoneOf({ labels }: Pick<OrderedNode, "labels">): string {
	return ZONE_LABELS.map((label) => labels[label]).find((zone) => zone !== undefined) ?? "";
}

/** The nodes in the order in which they go: named canaries first, then as the policy says. Pure; every node once. */
export function inOrder<N extends OrderedNode>(nodes: readonly N[], order: RolloutOrder, canaryIds: readonly string[]): N[] {
	const canaries = nodes.filter((node) => canaryIds.includes(node.id));
	const rest = nodes.filter((node) => !canaryIds.includes(node.id));
	return [...canaries, ...sorted(rest, order)];
}

function sorted<N extends OrderedNode>(nodes: readonly N[], order: RolloutOrder): N[] {
	switch (order) {
		case "chosen":
			return [...nodes];
		case "name":
			return [...nodes].sort((a, b) => naturalCompare(a.name, b.name));
		case "zones":
			return spread(nodes);
		default:
			return order satisfies never;
	}
}

/** Each next one from the zone that has the most left and, where there is another, is not the last one's. */
function spread<N extends OrderedNode>(nodes: readonly N[]): N[] {
	const zones = new Map<string, N[]>();
	for (const node of sorted(nodes, "name")) zones.set(zoneOf(node), [...(zones.get(zoneOf(node)) ?? []), node]);
	const left = [...zones.entries()].sort(([a], [b]) => naturalCompare(a, b));
	const ordered: N[] = [];
	let last: string | null = null;
	while (ordered.length < nodes.length) {
		const open = left.filter(([, rest]) => rest.length > 0);
		const others = open.filter(([zone]) => zone !== last);
		const most = (others.length > 0 ? others : open).reduce((best, one) => (one[1].length > best[1].length ? one : best));
		const next = most[1].shift();
		if (!next) break;
		ordered.push(next);
		last = most[0];
	}
	return ordered;
}
