import { randomUUID } from "node:crypto";
import type { NodeReport } from "../machine/pods.ts";

export interface NodeInit {
	name: string;
	labels?: Record<string, string>;
	taints?: { key: string; effect: string; value?: string }[];
	annotations?: Record<string, string>;
	internalIp: string;
	/** Milliseconds since 1970. */
	createdAtMs: number;
	/** What is known of a node whose kubelet says nothing. */
	assumed?: { kubeletVersion: string; runtimeVersion: string; osImage: string; kernel: string };
}

/** One node as the API keeps it. */
export interface NodeObject {
	metadata: {
		name: string;
		uid: string;
		creationTimestamp: string;
		resourceVersion: string;
		labels: Record<string, string>;
		annotations: Record<string, string>;
	};
	spec: { unschedulable?: boolean; taints?: { key: string; effect: string; value?: string }[] };
	status: {
		addresses: { type: string; address: string }[];
		conditions: { type: string; status: string; reason: string; message: string; lastHeartbeatTime: string; lastTransitionTime: string }[];
		nodeInfo: Record<string, string>;
	};
}

/** The API's times have no fractions. */
export function apiTime(ms: number): string {
	return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function newNodeObject(init: NodeInit): NodeObject {
	const { name, labels = {}, taints, annotations = {}, internalIp, createdAtMs, assumed } = init;
	const created = apiTime(createdAtMs);
	return {
		metadata: {
			name,
			uid: randomUUID(),
			creationTimestamp: created,
			resourceVersion: "1",
			labels: { "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", ...labels },
			annotations: { "node.alpha.kubernetes.io/ttl": "0", ...annotations },
		},
		spec: taints ? { taints } : {},
		status: {
			addresses: [
				{ type: "InternalIP", address: internalIp },
				{ type: "Hostname", address: name },
			],
			conditions: [
				{
					type: "Ready",
					status: "Unknown",
					reason: "NodeStatusUnknown",
					message: "Kubelet stopped posting node status.",
					lastHeartbeatTime: created,
					lastTransitionTime: created,
				},
			],
			nodeInfo: {
				architecture: "amd64",
				operatingSystem: "linux",
				bootID: "",
				machineID: "",
				systemUUID: "",
				containerRuntimeVersion: assumed?.runtimeVersion ?? "",
				kernelVersion: assumed?.kernel ?? "",
				kubeletVersion: assumed?.kubeletVersion ?? "",
				kubeProxyVersion: assumed?.kubeletVersion ?? "",
				osImage: assumed?.osImage ?? "",
			},
		},
	};
}

function setReady(node: NodeObject, status: string, reason: string, message: string, heartbeat: string): void {
	const condition = node.status.conditions.find((each) => each.type === "Ready");
	if (!condition) return;
	const transition = condition.status === status ? condition.lastTransitionTime : apiTime(Date.now());
	Object.assign(condition, { status, reason, message, lastHeartbeatTime: heartbeat, lastTransitionTime: transition });
}

/** What a kubelet said becomes the node's status. */
export function applyReport(node: NodeObject, report: NodeReport): void {
	Object.assign(node.status.nodeInfo, {
		architecture: report.architecture,
		bootID: report.bootId,
		machineID: report.machineId,
		containerRuntimeVersion: report.runtimeVersion,
		kernelVersion: report.kernel,
		kubeletVersion: report.kubeletVersion,
		kubeProxyVersion: report.kubeletVersion,
		osImage: report.osImage,
	});
	const heartbeat = apiTime(Date.parse(report.at));
	if (report.ready) setReady(node, "True", "KubeletReady", "kubelet is posting ready status", heartbeat);
	else setReady(node, "False", "KubeletNotReady", "container runtime is down", heartbeat);
}

/** Nobody has heard of it for a while. */
export function markUnknown(node: NodeObject): void {
	const heartbeat = node.status.conditions.find((each) => each.type === "Ready")?.lastHeartbeatTime ?? "";
	setReady(node, "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.", heartbeat);
}

export function isReady(node: NodeObject): boolean {
	return node.status.conditions.some((each) => each.type === "Ready" && each.status === "True");
}
