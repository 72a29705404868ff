import type { CallOptions } from "./call.ts";
import type { ClusterApi, NodeLease } from "./cluster-api.ts";
import { isKubernetesError } from "./error.ts";
import { extendedResources } from "./extended-resources.ts";
import type { NodeRow } from "./node-row.ts";
import { isFinished, type PodRow, podLabel } from "./pod-row.ts";

export interface NodeExpectation {
	/** Scheme of the node's runtime and of its containers' ids. */
	runtime: "containerd" | "docker";
	/** ISO 8601, by the node's own clock: a Ready that was reported before the kubelet started anew tells nothing. */
	heartbeatAfter: string;
	/** Mirror pods (`namespace/name`) that were ready on the node and must be so again: a static pod keeps its name. */
	pods?: readonly string[];
	/** DaemonSets that had a pod on the node: a pod of each must run again, whatever it is called by now. */
	owners?: readonly PodOwner[];
	/** Pods by uid that were not evicted: as long as they are there they must run again; one that somebody deleted meanwhile is not waited for. */
	uids?: readonly string[];
	/** Extended resources (`nvidia.com/gpu`) and how many of each the node could give before: as many again, or more (safety rule 20). */
	devices?: Readonly<Record<string, number>>;
}

/** Who makes pods of one kind on the node anew. `label`: `namespace/name`, for people. */
export interface PodOwner {
	uid: string;
	label: string;
}

/**
 * Who made these pods and has to make them anew. One that is told to go already proves nothing: its owner may be gone, or have another
 * pod here. Pure.
 */
export function ownersOf(pods: readonly PodRow[]): PodOwner[] {
	const owners = new Map(
		pods.flatMap(({ namespace, controller, deletingSince }) =>
			controller && deletingSince === null
				? [[controller.uid, { uid: controller.uid, label: podLabel({ namespace, name: controller.name }) }]]
				: [],
		),
	);
	return [...owners.values()];
}

/**
 * One thing the cluster must show, with what it shows now.
 * `ready` {status, reason} · `heartbeat` {heartbeatAt, after, leaseRenewedAt} · `runtime` {expected, found} ·
 * `containers` {expected, stale, total, pods} · `pods` {missing, total, pods} ·
 * `devices` {resource, expected, found, missing}
 */
export interface Criterion {
	id: "ready" | "heartbeat" | "runtime" | "containers" | "pods" | "devices";
	met: boolean;
	values: Record<string, string | number>;
}

export interface NodeVerification {
	node: string;
	met: boolean;
	criteria: Criterion[];
}

/**
 * What the cluster shows of a node against what it must show. One look: the API lags 30 to 90 s behind a cutover, so a
 * caller asks again until its own limit, and can always say which criterion is outstanding. Throws KubernetesError.
 */
export async function verifyNode(
	api: Pick<ClusterApi, "getNode" | "podsOnNode" | "nodeLease" | "daemonSetUid">,
	name: string,
	expected: NodeExpectation,
	options?: CallOptions,
): Promise<NodeVerification> {
	const [node, pods, lease] = await Promise.all([api.getNode(name, options), api.podsOnNode(name, options), readLease(api, name, options)]);
	const judged = judgeNode(node, pods, lease, expected);
	// Asked only where nothing else is outstanding: each owner is a request.
	if (judged.met || judged.criteria.some(({ id, met }) => !met && id !== "pods")) return judged;
	const owners = await stillThere(api, missingOwners(pods, expected), options);
	return judgeNode(node, pods, lease, { ...expected, owners });
}

/**
 * Those whose DaemonSet the cluster still has: one that was deleted meanwhile, or made anew, never makes a pod for its old self again. Whoever
 * may not be asked about is there.
 */
async function stillThere(api: Pick<ClusterApi, "daemonSetUid">, owners: readonly PodOwner[], options?: CallOptions): Promise<PodOwner[]> {
	const there: PodOwner[] = [];
	for (const owner of owners) {
		const [namespace = "", name = ""] = owner.label.split("/");
		try {
			if ((await api.daemonSetUid(namespace, name, options)) === owner.uid) there.push(owner);
		} catch (error) {
			if (!isKubernetesError(error, "cluster.forbidden")) throw error;
			there.push(owner);
		}
	}
	return there;
}

/** A lease is only told beside the heartbeat, so a role that may not read leases loses nothing else. */
async function readLease(api: Pick<ClusterApi, "nodeLease">, name: string, options?: CallOptions): Promise<NodeLease | null> {
	try {
		return await api.nodeLease(name, options);
	} catch (error) {
		if (isKubernetesError(error, "cluster.forbidden")) return null;
		throw error;
	}
}

/** The same on what was read already. Pure. */
export function judgeNode(node: NodeRow, pods: readonly PodRow[], lease: NodeLease | null, expected: NodeExpectation): NodeVerification {
	const prefix = `${expected.runtime}://`;
	const criteria = [
		judgeReady(node),
		judgeHeartbeat(node, lease, expected.heartbeatAfter),
		{ id: "runtime" as const, met: node.containerRuntime.startsWith(prefix), values: { expected: prefix, found: node.containerRuntime } },
		judgeContainers(pods, prefix),
		...(expected.pods === undefined && expected.owners === undefined && expected.uids === undefined
			? []
			: [judgePods(pods, expected, prefix)]),
		...(expected.devices === undefined ? [] : [judgeDevices(node, expected.devices)]),
	];
	return { node: node.name, met: criteria.every((criterion) => criterion.met), criteria };
}

function judgeReady(node: NodeRow): Criterion {
	const condition = node.conditions.find((each) => each.type === "Ready");
	return { id: "ready", met: node.ready === "True", values: { status: node.ready, reason: condition?.reason ?? "" } };
}

/**
 * The Ready condition's own heartbeat. A renewed lease is no substitute: it shows a kubelet that lives, beside a
 * status that may still be the one from before.
 */
function judgeHeartbeat(node: NodeRow, lease: NodeLease | null, after: string): Criterion {
	const heartbeatAt = node.conditions.find((each) => each.type === "Ready")?.heartbeatAt ?? "";
	const met = heartbeatAt !== "" && Date.parse(heartbeatAt) > Date.parse(after);
	return { id: "heartbeat", met, values: { heartbeatAt, after, leaseRenewedAt: lease?.renewedAt ?? "" } };
}

/** Every container said to run must run on the new runtime. What has ended, or is told to go, keeps its old id for good. */
function judgeContainers(pods: readonly PodRow[], prefix: string): Criterion {
	let total = 0;
	const stale: string[] = [];
	for (const pod of pods) {
		if (isFinished(pod) || pod.deletingSince !== null) continue;
		const running = pod.containers.filter((container) => container.running);
		total += running.length;
		for (const container of running) if (!container.containerId.startsWith(prefix)) stale.push(podLabel(pod));
	}
	return { id: "containers", met: stale.length === 0, values: { expected: prefix, stale: stale.length, total, pods: firstOf(stale) } };
}

/** A DaemonSet that is updated or whose pod is deleted meanwhile makes one of another name: it is known by who made it. */
function judgePods(pods: readonly PodRow[], expected: NodeExpectation, prefix: string): Criterion {
	const { pods: names = [], owners = [], uids = [] } = expected;
	const running = new Set(pods.filter((pod) => runsAgain(pod, prefix)).map(podLabel));
	const stayed = new Set(uids);
	const staying = pods.filter((pod) => stayed.has(pod.uid) && pod.deletingSince === null && !isFinished(pod));
	const missing = [
		...names.filter((name) => !running.has(name)),
		...missingOwners(pods, expected).map(({ label }) => label),
		...staying.filter((pod) => !runsOn(pod, prefix)).map(podLabel),
	];
	const total = names.length + owners.length + staying.length;
	return { id: "pods", met: missing.length === 0, values: { missing: missing.length, total, pods: firstOf(missing) } };
}

function missingOwners(pods: readonly PodRow[], { runtime, owners = [] }: NodeExpectation): PodOwner[] {
	const uids = new Set(pods.filter((pod) => runsOn(pod, `${runtime}://`)).map((pod) => pod.controller?.uid));
	return owners.filter(({ uid }) => !uids.has(uid));
}

/** A device plugin registers anew with the kubelet; until it has, pods that ask for its devices do not start. */
function judgeDevices(node: NodeRow, before: Readonly<Record<string, number>>): Criterion {
	const now = extendedResources(node.allocatable);
	const missing = Object.entries(before).filter(([resource, count]) => (now[resource] ?? 0) < count);
	const [resource = "", expected = 0] = missing[0] ?? [];
	const found = now[resource] ?? 0;
	return { id: "devices", met: missing.length === 0, values: { resource, expected, found, missing: missing.length } };
}

function runsOn(pod: PodRow, prefix: string): boolean {
	return (
		pod.deletingSince === null &&
		pod.phase === "Running" &&
		pod.containers.length > 0 &&
		pod.containers.every((container) => container.running && container.containerId.startsWith(prefix))
	);
}

/** A static pod is back when it is ready: of an API server its own kubelet says so, by /readyz, where its manifest has that probe. */
function runsAgain(pod: PodRow, prefix: string): boolean {
	return runsOn(pod, prefix) && pod.ready;
}

function firstOf(labels: readonly string[]): string {
	return [...new Set(labels)].slice(0, 5).join(", ");
}
