import type { NodeView } from "./contracts/node.ts";
import { compareAddresses, compareVersions, naturalCompare } from "./format.ts";
import { matchesLabels, parseLabelSelector } from "./label-selector.ts";
import { findingCodes, READINESS, type Readiness, readiness } from "./readiness.ts";

export const RUNTIME_GROUPS = ["docker", "containerd", "other"] as const;
export type RuntimeGroup = (typeof RUNTIME_GROUPS)[number];
export const ROLE_GROUPS = ["control-plane", "worker"] as const;
export type RoleGroup = (typeof ROLE_GROUPS)[number];

/** What a list of nodes is narrowed to. Null = all. */
export interface NodeFilter {
	text: string;
	runtime: RuntimeGroup | null;
	role: RoleGroup | null;
	readiness: Readiness | null;
	/** Of the kubelet, as the API shows it. */
	version: string | null;
	/** As `kubectl get nodes -l` takes it; empty = all. */
	label: string;
	/** A code that preflight gave. */
	finding: string | null;
}

export const NO_FILTER: NodeFilter = { text: "", runtime: null, role: null, readiness: null, version: null, label: "", finding: null };

/** True where it may leave anything out. */
export function isNarrowed(filter: NodeFilter): boolean {
	return Object.values(filter).some((value) => value !== null && value !== "");
}

/** Docker by whichever way the kubelet reaches it, containerd, or anything else and what nobody knows. */
export function runtimeGroup(node: Pick<NodeView, "runtime">): RuntimeGroup {
	switch (node.runtime) {
		case "docker":
		case "dockershim":
		case "cri-dockerd":
			return "docker";
		case "containerd":
			return "containerd";
		case "other":
		case "none":
		case "unknown":
			return "other";
		default:
			return node.runtime satisfies never;
	}
}

export function rolesText(node: NodeView): string {
	return node.api && node.api.roles.length > 0 ? node.api.roles.join(",") : node.controlPlane ? "control-plane" : "<none>";
}

/** All that the text filter looks into: every column as it is shown. */
export function searchText(node: NodeView): string {
	const { api } = node;
	return [
		node.name,
		node.clusterName,
		node.address,
		api?.status,
		rolesText(node),
		api?.version,
		api?.internalIp,
		api?.externalIp,
		api?.osImage,
		api?.kernelVersion,
		node.runtimeText,
		node.runtime,
		node.mark,
	]
		.filter(Boolean)
		.join("\n")
		.toLowerCase();
}

/**
 * Narrows a list. Words of `text` must all be found, in any order. `texts` keeps searchText per node, so that a keystroke does
 * not build it anew for thousands.
 */
export function filterNodes(nodes: readonly NodeView[], filter: NodeFilter, texts: WeakMap<NodeView, string>): NodeView[] {
	const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
	const labels = parseLabelSelector(filter.label);
	return nodes.filter((node) => {
		if (filter.runtime && runtimeGroup(node) !== filter.runtime) return false;
		if (filter.role && (filter.role === "control-plane") !== node.controlPlane) return false;
		if (filter.readiness && readiness(node) !== filter.readiness) return false;
		if (filter.version !== null && node.api?.version !== filter.version) return false;
		if (labels.length > 0 && !(node.api && matchesLabels(node.api.labels, labels))) return false;
		if (filter.finding !== null && !findingCodes(node).includes(filter.finding)) return false;
		if (words.length === 0) return true;
		let text = texts.get(node);
		if (text === undefined) {
			text = searchText(node);
			texts.set(node, text);
		}
		return words.every((word) => text.includes(word));
	});
}

export const NODE_COLUMNS = [
	"name",
	"cluster",
	"readiness",
	"status",
	"roles",
	"age",
	"version",
	"internalIp",
	"externalIp",
	"osImage",
	"kernelVersion",
	"containerRuntime",
	"runtime",
	"marks",
	"probed",
] as const;
export type NodeColumn = (typeof NODE_COLUMNS)[number];

/** What blocks outweighs any number of warnings. */
function findings({ preflight }: NodeView): number {
	return preflight ? preflight.block.length * 1_000 + preflight.warn.length : 0;
}

/** What a list's nodes have to be narrowed by: versions as they grow, findings by how many nodes have them. */
export function filterChoices(nodes: readonly NodeView[]): { versions: string[]; findings: { code: string; nodes: number }[] } {
	const versions = new Set<string>();
	const codes = new Map<string, number>();
	for (const node of nodes) {
		if (node.api?.version) versions.add(node.api.version);
		for (const code of findingCodes(node)) codes.set(code, (codes.get(code) ?? 0) + 1);
	}
	return {
		versions: [...versions].sort(compareVersions),
		findings: [...codes]
			.map(([code, count]) => ({ code, nodes: count }))
			.sort((one, other) => other.nodes - one.nodes || naturalCompare(one.code, other.code)),
	};
}

/** How a column is ordered: names and versions by their numbers, addresses as addresses, ages by time. Ties go by name. */
export function compareNodes(column: NodeColumn, one: NodeView, other: NodeView): number {
	return byColumn(column, one, other) || naturalCompare(one.clusterName, other.clusterName) || naturalCompare(one.name, other.name);
}

function byColumn(column: NodeColumn, one: NodeView, other: NodeView): number {
	const text = (pick: (node: NodeView) => string | null | undefined) => naturalCompare(pick(one) ?? "", pick(other) ?? "");
	switch (column) {
		case "name":
			return naturalCompare(one.name, other.name);
		case "cluster":
			return naturalCompare(one.clusterName, other.clusterName);
		case "readiness":
			return READINESS.indexOf(readiness(one)) - READINESS.indexOf(readiness(other)) || findings(other) - findings(one);
		case "status":
			return text((node) => node.api?.status);
		case "roles":
			return text(rolesText);
		case "age":
			// The youngest first, as its age is the smallest.
			return text((node) => node.api?.createdAt) * -1;
		case "version":
			return compareVersions(one.api?.version ?? "", other.api?.version ?? "");
		case "internalIp":
			return compareAddresses(one.api?.internalIp ?? one.address, other.api?.internalIp ?? other.address);
		case "externalIp":
			return compareAddresses(one.api?.externalIp ?? "", other.api?.externalIp ?? "");
		case "osImage":
			return text((node) => node.api?.osImage);
		case "kernelVersion":
			return text((node) => node.api?.kernelVersion);
		case "containerRuntime":
			return naturalCompare(one.runtimeText, other.runtimeText);
		case "runtime":
			return text((node) => node.runtime);
		case "marks":
			return text((node) => [node.activeRunId ? "0" : "1", node.gone ? "0" : "1", node.hostKey, node.mark].join(" "));
		case "probed":
			return text((node) => node.probedAt);
		default:
			return column satisfies never;
	}
}
