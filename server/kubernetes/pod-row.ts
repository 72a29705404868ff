import type { V1Container, V1ContainerStatus, V1Pod, V1Volume } from "@kubernetes/client-node";
import { isoTime } from "./node-row.ts";

/** What a drain and a verification need to know of one pod. Times are ISO 8601. */
export interface PodRow {
	namespace: string;
	name: string;
	uid: string;
	nodeName: string;
	/** Pending, Running, Succeeded, Failed or Unknown. */
	phase: string;
	ready: boolean;
	/** Set once it was told to go; it stays until its node says it has ended. */
	deletingSince: string | null;
	/** Who would make it anew; null for a bare pod. */
	controller: { kind: string; name: string; uid: string } | null;
	/** The API's image of a static pod: only the node's own file decides about it. */
	mirror: boolean;
	hostNetwork: boolean;
	/** Names of its emptyDir volumes: their data goes with the pod. */
	emptyDirs: string[];
	/** Paths of the node that it mounts, as written. */
	hostPaths: string[];
	/** Names of the volume claims that it uses, in its own namespace. */
	claims: string[];
	labels: Record<string, string>;
	containers: PodContainer[];
	/** What runs before its containers do. */
	initContainers: Pick<PodContainer, "name" | "image" | "pullPolicy">[];
}

export interface PodContainer {
	name: string;
	image: string;
	/** Always, IfNotPresent or Never. */
	pullPolicy: string;
	/** `docker://…` or `containerd://…`; empty before the first start. */
	containerId: string;
	running: boolean;
	startedAt: string | null;
}

const MIRROR_ANNOTATION = "kubernetes.io/config.mirror";

/** The API's image of a static pod. Pure. */
export function isMirror(pod: V1Pod): boolean {
	return pod.metadata?.annotations?.[MIRROR_ANNOTATION] !== undefined;
}

/** One pod object as a row. Pure. */
export function toPodRow(pod: V1Pod): PodRow {
	const controller = pod.metadata?.ownerReferences?.find((owner) => owner.controller === true);
	const statuses = new Map((pod.status?.containerStatuses ?? []).map((status) => [status.name, status]));
	return {
		namespace: pod.metadata?.namespace ?? "",
		name: pod.metadata?.name ?? "",
		uid: pod.metadata?.uid ?? "",
		nodeName: pod.spec?.nodeName ?? "",
		phase: pod.status?.phase ?? "Unknown",
		ready: pod.status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false,
		deletingSince: isoTime(pod.metadata?.deletionTimestamp),
		controller: controller === undefined ? null : { kind: controller.kind, name: controller.name, uid: controller.uid },
		mirror: isMirror(pod),
		hostNetwork: pod.spec?.hostNetwork === true,
		emptyDirs: (pod.spec?.volumes ?? [])
			.filter((volume) => volume.emptyDir !== undefined && volume.emptyDir !== null)
			.map((volume) => volume.name),
		hostPaths: (pod.spec?.volumes ?? []).flatMap((volume) => volume.hostPath?.path ?? []),
		claims: (pod.spec?.volumes ?? []).flatMap((volume) => volumeClaim(pod.metadata?.name ?? "", volume) ?? []),
		labels: pod.metadata?.labels ?? {},
		containers: (pod.spec?.containers ?? []).map((container) => toContainer(container, statuses.get(container.name))),
		initContainers: (pod.spec?.initContainers ?? []).map(({ name, image = "", imagePullPolicy = "" }) => ({
			name,
			image,
			pullPolicy: imagePullPolicy,
		})),
	};
}

/** A generic ephemeral volume has a claim of the pod's own, named after both (Kubernetes documentation, "Ephemeral Volumes"). */
function volumeClaim(podName: string, volume: V1Volume): string | null {
	if (volume.persistentVolumeClaim) return volume.persistentVolumeClaim.claimName;
	return volume.ephemeral ? `${podName}-${volume.name}` : null;
}

function toContainer({ name, image, imagePullPolicy }: V1Container, status: V1ContainerStatus | undefined): PodContainer {
	return {
		name,
		image: image ?? "",
		pullPolicy: imagePullPolicy ?? "",
		containerId: status?.containerID ?? "",
		running: status?.state?.running !== undefined && status.state.running !== null,
		startedAt: isoTime(status?.state?.running?.startedAt),
	};
}

/** `namespace/name`: how people and kubectl write a pod. */
export function podLabel(pod: { namespace: string; name: string }): string {
	return `${pod.namespace}/${pod.name}`;
}

/** True for a pod that has ended for good; nothing of it runs. Pure. */
export function isFinished(pod: PodRow): boolean {
	return pod.phase === "Succeeded" || pod.phase === "Failed";
}

const CONTROL_PLANE_COMPONENTS = ["kube-apiserver", "etcd"] as const;
export type ControlPlaneComponent = (typeof CONTROL_PLANE_COMPONENTS)[number];

/**
 * Which of the API server and etcd a mirror pod on its node is, or null. By kubeadm's `component` label, else by the
 * name a static pod always has, `<name in its file>-<node>`. Pure.
 */
export function controlPlaneComponent(pod: PodRow): ControlPlaneComponent | null {
	if (!pod.mirror) return null;
	return CONTROL_PLANE_COMPONENTS.find((name) => pod.labels.component === name || pod.name === `${name}-${pod.nodeName}`) ?? null;
}
