import type { RolloutPolicy } from "../../lib/contracts/rollout.ts";
import { naturalCompare } from "../../lib/format.ts";

export interface OrderedNode {
	id: string;
	name: string;
	labels: Readonly<Record<string, string>>;
}

/** In which order workers go, and by which label where by one. */
export type WorkerOrder = Pick<RolloutPolicy, "order" | "orderLabel">;

/** The well-known label, and what it was called before 1.17. */
const ZONE_LABELS = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"] as const;

export function zoneOf({ labels }: Pick<OrderedNode, "labels">): string {
	return ZONE_LABELS.map((label) => labels[label]).find((zone) => zone !== undefined) ?? "";
}

/** The nodes in the order in which they go: named canaries first, then as the policy says. Pure; every node once. */
export function inOrder<N extends OrderedNode>(nodes: readonly N[], order: WorkerOrder, canaryIds: readonly string[]): N[] {
	const canaries = nodes.filter((node) => canaryIds.includes(node.id));
	const rest = nodes.filter((node) => !canaryIds.includes(node.id));
	return [...canaries, ...sorted(rest, order)];
}

function sorted<N extends OrderedNode>(nodes: readonly N[], { order, orderLabel }: WorkerOrder): N[] {
	switch (order) {
		case "chosen":
			return [...nodes];
		case "name":
			return byName(nodes);
		case "zones":
			return spread(nodes);
		case "zone-by-zone":
			return byValue(nodes, (node) => zoneOf(node) || null);
		case "label":
			return byValue(nodes, ({ labels }) =>
				orderLabel !== null && Object.hasOwn(labels, orderLabel) ? (labels[orderLabel] ?? null) : null,
			);
		default:
			return order satisfies never;
	}
}

function byName<N extends OrderedNode>(nodes: readonly N[]): N[] {
	return [...nodes].sort((a, b) => naturalCompare(a.name, b.name));
}

/** In natural order of the value, those that have none last; by name where it is the same. */
function byValue<N extends OrderedNode>(nodes: readonly N[], valueAt: (node: N) => string | null): N[] {
	return byName(nodes).sort((one, other) => {
		const [a, b] = [valueAt(one), valueAt(other)];
		if (a === null || b === null) return Number(a === null) - Number(b === null);
		// "A" and "a" are alike in natural order, and two values none the less: nodes of one stay together.
		return naturalCompare(a, b) || Number(a > b) - Number(a < b);
	});
}

/** Each next one from the zone that has the most left and, where there is another, is not the last one's. */
function spread<N extends OrderedNode>(nodes: readonly N[]): N[] {
	const zones = new Map<string, N[]>();
	for (const node of byName(nodes)) zones.set(zoneOf(node), [...(zones.get(zoneOf(node)) ?? []), node]);
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

/** A node of a migration that is under way: its place, and whether it may still have another one. */
export interface PlacedNode extends OrderedNode {
	position: number;
	controlPlane: boolean;
	/** It waits and nothing of it has gone out: it may be moved. */
	waits: boolean;
}

export interface AddedNode extends OrderedNode {
	controlPlane: boolean;
	/** It cannot go: it stands at the end, where it takes nobody's place. */
	excluded: boolean;
}

/**
 * Positions for the nodes that are added to a migration and for those that wait in it, by id: together they go as the policy says. Who
 * has begun or ended keeps its position and its rank among its kind, so that no batch changes behind it. Pure. With the order "chosen" those
 * that wait come first, as they are, and then the added ones as given.
 */
export function placesFor(
	there: readonly PlacedNode[],
	added: readonly AddedNode[],
	{ order, canaryIds, direction }: { order: WorkerOrder; canaryIds: readonly string[]; direction: "migrate" | "rollback" },
): Map<string, number> {
	const places = new Map<string, number>();
	let next = Math.max(-1, ...there.map((node) => node.position)) + 1;
	// Control plane nodes go last, and come back first.
	for (const controlPlane of direction === "migrate" ? [false, true] : [true, false]) {
		const waiting = there.filter((node) => node.waits && node.controlPlane === controlPlane).sort((a, b) => a.position - b.position);
		const coming = added.filter((node) => !node.excluded && node.controlPlane === controlPlane);
		const free = waiting.map((node) => node.position);
		for (const { id } of inOrder<OrderedNode>([...waiting, ...coming], order, controlPlane ? [] : canaryIds))
			places.set(id, free.shift() ?? next++);
	}
	for (const { id } of added.filter((node) => node.excluded)) places.set(id, next++);
	return places;
}
