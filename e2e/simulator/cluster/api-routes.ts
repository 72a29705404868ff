import { atLeast } from "../runtimes/versions.ts";
import type { SimulatedCluster } from "./cluster.ts";
import { apiTime, type NodeObject } from "./node-object.ts";
import { type Pod, podJson } from "./pod-object.ts";

export interface ApiAnswer {
	status: number;
	body: object;
}

type Json = Record<string, unknown>;
const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const ok = (body: object): ApiAnswer => ({ status: 200, body });

/** A Status object, as every refusal is one. */
export function failure(code: number, reason: string, message: string, details?: object): ApiAnswer {
	return {
		status: code,
		body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code, ...(details ? { details } : {}) },
	};
}

const notFound = (what: string, name: string) => failure(404, "NotFound", `${what} "${name}" not found`);

interface Request {
	cluster: SimulatedCluster;
	method: string;
	url: URL;
	body: unknown;
	/** What stood for `*` in the route. */
	names: string[];
}
type Route = readonly [method: string, pattern: string, answer: (request: Request) => ApiAnswer];

const list = (kind: string, apiVersion: string, items: object[]) => ok({ kind, apiVersion, metadata: { resourceVersion: "1" }, items });

/** policy/v1 came with 1.21, its Eviction with 1.22. */
const evictionVersion = (cluster: SimulatedCluster) => (atLeast(cluster.version, 1, 22) ? "v1" : "v1beta1");
const policyVersions = (cluster: SimulatedCluster) => [
	...(atLeast(cluster.version, 1, 21) ? ["v1"] : []),
	...(atLeast(cluster.version, 1, 25) ? [] : ["v1beta1"]),
];

function nodeJson(node: NodeObject): object {
	return { kind: "Node", apiVersion: "v1", ...node };
}

/** RFC 7386: null removes. */
function merged(target: unknown, patch: unknown): unknown {
	if (!isJson(patch)) return patch;
	const result: Json = isJson(target) ? { ...target } : {};
	for (const [key, value] of Object.entries(patch)) {
		if (value === null) delete result[key];
		else result[key] = merged(result[key], value);
	}
	return result;
}

/** As the API server words a webhook's refusal. */
function denied(cluster: SimulatedCluster): ApiAnswer | undefined {
	const { deniedBy } = cluster;
	if (deniedBy === undefined) return undefined;
	return failure(403, "Forbidden", `admission webhook "${deniedBy}" denied the request: not now`);
}

function patchNode({ cluster, names: [name = ""], body }: Request): ApiAnswer {
	const refusal = denied(cluster);
	if (refusal) return refusal;
	const node = cluster.nodes.get(name);
	if (!node) return notFound("nodes", name);
	const metadata = isJson(body) && isJson(body["metadata"]) ? body["metadata"] : {};
	const version = metadata["resourceVersion"];
	if (typeof version === "string" && version !== node.metadata.resourceVersion) {
		return failure(
			409,
			"Conflict",
			`Operation cannot be fulfilled on nodes "${name}": the object has been modified; please apply your changes to the latest version and try again`,
		);
	}
	Object.assign(node, merged(node, body));
	cluster.touch(node);
	return ok(nodeJson(node));
}

function listPods({ cluster, url, names: [namespace] }: Request): ApiAnswer {
	const node = /^spec\.nodeName=(.+)$/.exec(url.searchParams.get("fieldSelector") ?? "")?.[1];
	const pods = [...cluster.pods.values()].filter(
		(pod) => (namespace === undefined || pod.namespace === namespace) && (node === undefined || pod.node === node),
	);
	return list("PodList", "v1", pods.map(podJson));
}

function findPod(cluster: SimulatedCluster, namespace: string, name: string): Pod | undefined {
	return [...cluster.pods.values()].find((pod) => pod.namespace === namespace && pod.name === name);
}

function evict({ cluster, names: [namespace = "", name = ""], body }: Request): ApiAnswer {
	const pod = findPod(cluster, namespace, name);
	if (!pod) return notFound("pods", name);
	const refusal = denied(cluster);
	if (refusal) return refusal;
	const options = isJson(body) && isJson(body["deleteOptions"]) ? body["deleteOptions"] : {};
	const uid = isJson(options["preconditions"]) ? options["preconditions"]["uid"] : undefined;
	if (typeof uid === "string" && uid !== pod.uid) {
		return failure(
			409,
			"Conflict",
			`Operation cannot be fulfilled on pods "${name}": the UID in the precondition (${uid}) does not match the UID in record (${pod.uid}).`,
		);
	}
	const result = cluster.evict(pod);
	if (typeof result === "object") {
		const { blockedBy, needed, healthy } = result;
		return failure(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", {
			causes: [
				{
					reason: "DisruptionBudget",
					message: `The disruption budget ${blockedBy} needs ${needed} healthy pods and has ${healthy} currently`,
				},
			],
		});
	}
	return { status: 201, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } };
}

function budgets({ cluster, names: [version = "v1"] }: Request): ApiAnswer {
	if (!policyVersions(cluster).includes(version)) return notFound("the server could not find the requested resource", "");
	const items = cluster.workloads.flatMap((workload) => {
		if (workload.minAvailable === undefined) return [];
		const healthy = cluster.healthy(workload);
		return [
			{
				metadata: { name: workload.name, namespace: workload.namespace, generation: 1 },
				spec: { minAvailable: workload.minAvailable, selector: { matchLabels: { app: workload.name } } },
				status: {
					observedGeneration: 1,
					currentHealthy: healthy,
					desiredHealthy: workload.minAvailable,
					disruptionsAllowed: Math.max(0, healthy - workload.minAvailable),
					expectedPods: workload.replicas ?? 0,
				},
			},
		];
	});
	return list("PodDisruptionBudgetList", `policy/${version}`, items);
}

function lease({ cluster, names: [name = ""] }: Request): ApiAnswer {
	const seen = cluster.leases.get(name);
	if (seen === undefined) return notFound("leases.coordination.k8s.io", name);
	const renewTime = new Date(seen).toISOString().replace("Z", "000Z");
	return ok({
		kind: "Lease",
		apiVersion: "coordination.k8s.io/v1",
		metadata: { name, namespace: "kube-node-lease" },
		spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime },
	});
}

function resources({ cluster }: Request): ApiAnswer {
	const verbs = ["create", "get", "list", "patch", "watch"];
	return ok({
		kind: "APIResourceList",
		groupVersion: "v1",
		resources: [
			{ name: "nodes", singularName: "node", namespaced: false, kind: "Node", verbs, shortNames: ["no"] },
			{ name: "pods", singularName: "pod", namespaced: true, kind: "Pod", verbs, shortNames: ["po"] },
			{
				name: "pods/eviction",
				singularName: "",
				namespaced: true,
				group: "policy",
				version: evictionVersion(cluster),
				kind: "Eviction",
				verbs: ["create"],
			},
		],
	});
}

function policyGroup({ cluster }: Request): ApiAnswer {
	const versions = policyVersions(cluster).map((version) => ({ groupVersion: `policy/${version}`, version }));
	return ok({ kind: "APIGroup", apiVersion: "v1", name: "policy", versions, preferredVersion: versions[0] });
}

function version({ cluster }: Request): ApiAnswer {
	const [major = "1", minor = "0"] = cluster.version.replace(/^v/, "").split(".");
	return ok({ major, minor, gitVersion: cluster.version, platform: "linux/amd64", buildDate: apiTime(0), goVersion: "go1.13.15" });
}

function getNode({ cluster, names: [name = ""] }: Request): ApiAnswer {
	const node = cluster.nodes.get(name);
	return node ? ok(nodeJson(node)) : notFound("nodes", name);
}

function review({ body }: Request): ApiAnswer {
	return { status: 201, body: { ...(isJson(body) ? body : {}), status: { allowed: true } } };
}

const ROUTES: readonly Route[] = [
	["GET", "/version", version],
	["GET", "/healthz", () => ok({ ok: true })],
	[
		"GET",
		"/readyz",
		({ cluster }) => (cluster.ready ? ok({ ok: true }) : failure(500, "InternalError", "[-]etcd failed: reason withheld")),
	],
	["GET", "/livez", () => ok({ ok: true })],
	["GET", "/api", () => ok({ kind: "APIVersions", versions: ["v1"] })],
	["GET", "/apis", () => ok({ kind: "APIGroupList", apiVersion: "v1", groups: [] })],
	["GET", "/api/v1", resources],
	["GET", "/api/v1/nodes", ({ cluster }) => list("NodeList", "v1", [...cluster.nodes.values()].map(nodeJson))],
	["GET", "/api/v1/nodes/*", getNode],
	["PATCH", "/api/v1/nodes/*", patchNode],
	["GET", "/api/v1/pods", listPods],
	["GET", "/api/v1/namespaces/*/pods", listPods],
	[
		"GET",
		"/api/v1/namespaces/*/pods/*",
		({ cluster, names: [namespace = "", name = ""] }) => {
			const pod = findPod(cluster, namespace, name);
			return pod ? ok({ kind: "Pod", apiVersion: "v1", ...podJson(pod) }) : notFound("pods", name);
		},
	],
	["POST", "/api/v1/namespaces/*/pods/*/eviction", evict],
	[
		"GET",
		"/apis/apps/v1/namespaces/*/daemonsets/*",
		({ cluster, names: [namespace = "", name = ""] }) => {
			const found = cluster.workloads.some((each) => each.kind === "DaemonSet" && each.namespace === namespace && each.name === name);
			return found
				? ok({ kind: "DaemonSet", apiVersion: "apps/v1", metadata: { namespace, name, uid: name } })
				: notFound("daemonsets.apps", name);
		},
	],
	["GET", "/api/v1/persistentvolumes", () => list("PersistentVolumeList", "v1", [])],
	["GET", "/apis/policy", policyGroup],
	["GET", "/apis/policy/*/poddisruptionbudgets", budgets],
	["GET", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/*", lease],
	["POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review],
];

/** The answer to one authenticated request. */
export function answerTo(cluster: SimulatedCluster, method: string, url: URL, body: unknown): ApiAnswer {
	const path = url.pathname.replace(/\/$/, "");
	for (const [wanted, pattern, answer] of ROUTES) {
		if (wanted !== method) continue;
		const found = new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", "([^/]+)")}$`).exec(path);
		if (found) return answer({ cluster, method, url, body, names: found.slice(1).map(decodeURIComponent) });
	}
	return failure(404, "NotFound", "the server could not find the requested resource");
}
