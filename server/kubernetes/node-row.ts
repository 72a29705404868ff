import type { V1Node, V1NodeCondition } from "@kubernetes/client-node";
import type { ApiNode } from "../../lib/contracts/node.ts";

/** A node as `kubectl get nodes -o wide` shows it, with what else decides about its migration. Times are ISO 8601. */
export interface NodeRow {
	name: string;
	uid: string;
	/** NAME, STATUS, ROLES, AGE … as kubectl computes them: `Ready`, `NotReady,SchedulingDisabled`, `Unknown`. */
	status: string;
	/** Status of the Ready condition; "absent" where the node has none yet. */
	ready: "True" | "False" | "Unknown" | "absent";
	unschedulable: boolean;
	/** Sorted; empty where kubectl shows `<none>`. */
	roles: string[];
	/** Either role label of a control plane node: `…/control-plane` or the older `…/master`. */
	controlPlaneLabel: boolean;
	/** What AGE is counted from. */
	createdAt: string;
	/** The kubelet's version. */
	version: string;
	/** Empty where kubectl shows `<none>`. */
	internalIp: string;
	externalIp: string;
	osImage: string;
	kernelVersion: string;
	/** `docker://20.10.24`, `containerd://1.6.20`. Lags 30 to 90 s behind the node. */
	containerRuntime: string;
	architecture: string;
	/** What the host says of itself; a probe by SSH that reads others reached another machine. Empty where not told. */
	bootId: string;
	machineId: string;
	labels: Record<string, string>;
	annotations: Record<string, string>;
	/** What pods may ask for, by resource: `cpu`, `memory`, `nvidia.com/gpu`. Quantities as the API writes them. */
	allocatable: Record<string, string>;
	taints: { key: string; value: string; effect: string }[];
	conditions: NodeCondition[];
	/** Changes with every write to the object: a patch that names an older one is refused. */
	resourceVersion: string;
}

export interface NodeCondition {
	type: string;
	status: string;
	reason: string;
	message: string;
	/** By the node's own clock; null where the server sent none. */
	heartbeatAt: string | null;
	transitionAt: string | null;
}

const ROLE_PREFIX = "node-role.kubernetes.io/";
const OLD_ROLE_LABEL = "kubernetes.io/role";

/** One node object as a row. Pure. */
export function toNodeRow(node: V1Node): NodeRow {
	const labels = node.metadata?.labels ?? {};
	const conditions = (node.status?.conditions ?? []).map(toCondition);
	const readyStatus = conditions.find((condition) => condition.type === "Ready")?.status;
	const ready = readyStatus === "True" || readyStatus === "False" ? readyStatus : readyStatus === undefined ? "absent" : "Unknown";
	const unschedulable = node.spec?.unschedulable === true;
	const roles = rolesOf(labels);
	const info = node.status?.nodeInfo;
	const addresses = node.status?.addresses ?? [];
	return {
		name: node.metadata?.name ?? "",
		uid: node.metadata?.uid ?? "",
		status: statusText(ready, unschedulable),
		ready,
		unschedulable,
		roles,
		controlPlaneLabel: roles.includes("control-plane") || roles.includes("master"),
		createdAt: isoTime(node.metadata?.creationTimestamp) ?? "",
		version: info?.kubeletVersion ?? "",
		internalIp: addresses.find((entry) => entry.type === "InternalIP")?.address ?? "",
		externalIp: addresses.find((entry) => entry.type === "ExternalIP")?.address ?? "",
		osImage: info?.osImage ?? "",
		kernelVersion: info?.kernelVersion ?? "",
		containerRuntime: info?.containerRuntimeVersion ?? "",
		architecture: info?.architecture ?? "",
		bootId: info?.bootID ?? "",
		machineId: info?.machineID ?? "",
		labels,
		annotations: node.metadata?.annotations ?? {},
		allocatable: node.status?.allocatable ?? {},
		taints: (node.spec?.taints ?? []).map((taint) => ({ key: taint.key, value: taint.value ?? "", effect: taint.effect })),
		conditions,
		resourceVersion: node.metadata?.resourceVersion ?? "",
	};
}

/** The part of a row that is stored with the node and shown: not its annotations, which are half of it and which no page shows. Pure. */
export function toApiNode(row: NodeRow): ApiNode {
	const { name, uid, status, unschedulable, roles, createdAt, version, internalIp, externalIp } = row;
	const { osImage, kernelVersion, containerRuntime, labels } = row;
	const shown = { name, uid, status, unschedulable, roles, createdAt, version, internalIp, externalIp };
	const heartbeatAt = row.conditions.find((condition) => condition.type === "Ready")?.heartbeatAt ?? null;
	return { ...shown, osImage, kernelVersion, containerRuntime, labels, ready: row.ready === "True", heartbeatAt };
}

/** As kubectl prints it: a Ready condition that is not True, Unknown included, reads NotReady; none at all reads Unknown. */
function statusText(ready: NodeRow["ready"], unschedulable: boolean): string {
	const first = ready === "True" ? "Ready" : ready === "absent" ? "Unknown" : "NotReady";
	return unschedulable ? `${first},SchedulingDisabled` : first;
}

function rolesOf(labels: Record<string, string>): string[] {
	const roles = new Set<string>();
	for (const [key, value] of Object.entries(labels)) {
		if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length) roles.add(key.slice(ROLE_PREFIX.length));
		else if (key === OLD_ROLE_LABEL && value !== "") roles.add(value);
	}
	return [...roles].sort();
}

function toCondition(condition: V1NodeCondition): NodeCondition {
	return {
		type: condition.type,
		status: condition.status,
		reason: condition.reason ?? "",
		message: condition.message ?? "",
		heartbeatAt: isoTime(condition.lastHeartbeatTime),
		transitionAt: isoTime(condition.lastTransitionTime),
	};
}

/** ISO 8601 of a time the API sent, or null where it sent none or nonsense. Pure. */
export function isoTime(time: Date | string | undefined | null): string | null {
	// The client's types promise a Date: a missing or damaged time is an invalid one, and a MicroTime stays a string.
	const date = typeof time === "string" ? new Date(time) : time;
	return date instanceof Date && !Number.isNaN(date.getTime()) ? new Date(date.getTime()).toISOString() : null;
}

/** A node that is out although no run of ours took it out; `maxUnavailable` counts these. */
export interface UnavailableNode {
	name: string;
	reason: "not-ready" | "cordoned";
}

/** Nodes that are NotReady (or of unknown state) or cordoned, other than those named in `except`. Pure. */
export function otherNodesUnavailable(nodes: readonly NodeRow[], except: ReadonlySet<string> = new Set()): UnavailableNode[] {
	return nodes
		.filter((node) => !except.has(node.name) && (node.ready !== "True" || node.unschedulable))
		.map((node) => ({ name: node.name, reason: node.ready === "True" ? "cordoned" : "not-ready" }));
}
