import { randomInt, randomUUID } from "node:crypto";
import type { PodReport, PodSpec } from "../machine/pods.ts";
import { apiTime } from "./node-object.ts";
import type { Workload } from "./workload.ts";

/** One pod as the cluster keeps it. */
export interface Pod {
	uid: string;
	namespace: string;
	name: string;
	node: string;
	workload: Workload | undefined;
	hostNetwork: boolean;
	labels: Record<string, string>;
	containers: { name: string; image: string; command: string[] }[];
	createdAtMs: number;
	/** Milliseconds since 1970 at which it was told to go; undefined while it is wanted. */
	deletedAtMs: number | undefined;
	mirror: boolean;
	report: PodReport | undefined;
	/** When its containers were first seen running. */
	runningSinceMs: number | undefined;
}

/** Of the letters that Kubernetes takes those that are as wide as a digit: a picture of a list of pods looks the same whatever they are called. */
const SUFFIX_LETTERS = "bdhnpq2456789";

function randomSuffix(): string {
	return Array.from({ length: 5 }, () => SUFFIX_LETTERS[randomInt(SUFFIX_LETTERS.length)]).join("");
}

export function newPod(workload: Workload, node: string): Pod {
	const hash = randomSuffix();
	const name = workload.kind === "DaemonSet" ? `${workload.name}-${hash}` : `${workload.name}-7d4c9f8b6-${hash}`;
	return {
		uid: randomUUID(),
		namespace: workload.namespace,
		name,
		node,
		workload,
		hostNetwork: workload.hostNetwork ?? false,
		labels: { app: workload.name },
		containers: [{ name: workload.name, image: workload.image, command: [`/${workload.name}`] }],
		createdAtMs: Date.now(),
		deletedAtMs: undefined,
		mirror: false,
		report: undefined,
		runningSinceMs: undefined,
	};
}

/** The API's picture of a static pod. */
export function mirrorPod(spec: PodSpec, node: string): Pod {
	const component = spec.name.slice(0, -node.length - 1);
	return {
		uid: spec.uid,
		namespace: spec.namespace,
		name: spec.name,
		node,
		workload: undefined,
		hostNetwork: true,
		labels: { component, tier: "control-plane" },
		containers: spec.containers,
		createdAtMs: Date.now(),
		deletedAtMs: undefined,
		mirror: true,
		report: undefined,
		runningSinceMs: undefined,
	};
}

/** Containers run, and have had the time that they take to be ready. */
export function isHealthy(pod: Pod): boolean {
	if (pod.deletedAtMs !== undefined || pod.runningSinceMs === undefined) return false;
	return Date.now() >= pod.runningSinceMs + (pod.workload?.startupMs ?? 0);
}

function owner(pod: Pod): object[] {
	if (pod.mirror) return [{ apiVersion: "v1", kind: "Node", name: pod.node, uid: pod.node, controller: true }];
	if (!pod.workload) return [];
	const daemon = pod.workload.kind === "DaemonSet";
	const name = daemon ? pod.workload.name : `${pod.workload.name}-7d4c9f8b6`;
	return [{ apiVersion: "apps/v1", kind: daemon ? "DaemonSet" : "ReplicaSet", name, uid: name, controller: true }];
}

/** As the API sends it. */
export function podJson(pod: Pod): object {
	const reported = new Map(pod.report?.containers.map((container) => [container.name, container]));
	const stuck = pod.workload?.stuck;
	const ready = isHealthy(pod) && stuck === undefined;
	const running = pod.runningSinceMs !== undefined;
	return {
		metadata: {
			name: pod.name,
			namespace: pod.namespace,
			uid: pod.uid,
			creationTimestamp: apiTime(pod.createdAtMs),
			labels: pod.labels,
			annotations: pod.mirror ? { "kubernetes.io/config.mirror": pod.uid } : {},
			ownerReferences: owner(pod),
			...(pod.deletedAtMs === undefined ? {} : { deletionTimestamp: apiTime(pod.deletedAtMs), deletionGracePeriodSeconds: 30 }),
		},
		spec: {
			nodeName: pod.node === "" ? undefined : pod.node,
			hostNetwork: pod.hostNetwork,
			containers: pod.containers.map(({ name, image, command }) => ({ name, image, command })),
			volumes: [],
		},
		status: {
			phase: running ? "Running" : "Pending",
			podIP: pod.report?.ip || undefined,
			conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
			containerStatuses: pod.containers.flatMap(({ name, image }) => {
				const found = reported.get(name);
				if (!found) return [];
				const ran: object = found.running
					? { running: { startedAt: apiTime(Date.parse(found.startedAt)) } }
					: { terminated: { exitCode: 0 } };
				const state = stuck === undefined ? ran : { waiting: { reason: stuck } };
				return [{ name, image, imageID: "", ready, restartCount: 0, containerID: found.containerId, state }];
			}),
		},
	};
}
