import { BUSYBOX_IMAGE } from "./images.ts";
import type { Kubectl } from "./node.ts";
import { until } from "./process.ts";

export interface Workload {
	name: string;
	/** Default `Deployment`. A DaemonSet has no `replicas`. */
	kind?: "Deployment" | "DaemonSet";
	replicas?: number;
	namespace?: string;
	/** Adds a PodDisruptionBudget with this `minAvailable`. */
	minAvailable?: number;
	/** Pins the pods to nodes with these labels. */
	nodeSelector?: Record<string, string>;
}

export interface PodStatus {
	name: string;
	node: string;
	ip: string;
	phase: string;
	ready: boolean;
	/** Like `docker://…`; its scheme tells the runtime. */
	containerId: string;
	uid: string;
}

/** Applies a workload of busybox pods; they end within a second when told, and a drain is not held up by a grace period. */
export async function deploy(kubectl: Kubectl, workload: Workload): Promise<void> {
	const labels = { app: workload.name };
	const namespace = workload.namespace ?? "default";
	const kind = workload.kind ?? "Deployment";
	const objects: unknown[] = [];
	if (namespace !== "default") objects.push({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
	objects.push({
		apiVersion: "apps/v1",
		kind,
		metadata: { name: workload.name, namespace },
		spec: {
			...(kind === "Deployment" ? { replicas: workload.replicas ?? 1 } : {}),
			selector: { matchLabels: labels },
			template: {
				metadata: { labels },
				spec: {
					terminationGracePeriodSeconds: 2,
					...(workload.nodeSelector ? { nodeSelector: workload.nodeSelector } : {}),
					containers: [
						{
							name: "main",
							image: BUSYBOX_IMAGE,
							imagePullPolicy: "IfNotPresent",
							// A first process without a handler ignores TERM.
							command: ["/bin/sh", "-c", "trap 'exit 0' TERM; echo started; sleep 1000000 & wait"],
						},
					],
				},
			},
		},
	});
	if (workload.minAvailable !== undefined) {
		objects.push({
			apiVersion: "policy/v1beta1",
			kind: "PodDisruptionBudget",
			metadata: { name: workload.name, namespace },
			spec: { minAvailable: workload.minAvailable, selector: { matchLabels: labels } },
		});
	}
	const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
	await kubectl(["apply", "-f", "-"], { input: list });
}

/** The pods of a workload, or of everything when no name is given. */
export async function pods(kubectl: Kubectl, name?: string, namespace = "default"): Promise<PodStatus[]> {
	const selector = name === undefined ? ["--all-namespaces"] : ["-n", namespace, "-l", `app=${name}`];
	const list = JSON.parse(await kubectl(["get", "pods", ...selector, "-o", "json"])) as { items: ApiPod[] };
	return list.items.map((pod) => ({
		name: pod.metadata.name,
		node: pod.spec.nodeName ?? "",
		ip: pod.status.podIP ?? "",
		phase: pod.metadata.deletionTimestamp ? "Terminating" : pod.status.phase,
		ready: pod.status.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false,
		containerId: pod.status.containerStatuses?.[0]?.containerID ?? "",
		uid: pod.metadata.uid,
	}));
}

interface ApiPod {
	metadata: { name: string; uid: string; deletionTimestamp?: string };
	spec: { nodeName?: string };
	status: {
		podIP?: string;
		phase: string;
		conditions?: { type: string; status: string }[];
		containerStatuses?: { containerID?: string }[];
	};
}

/** Resolves with the pods of a workload when exactly `count` of them exist and all are ready. */
export function waitRunning(
	kubectl: Kubectl,
	name: string,
	count: number,
	timeoutMs = 90_000,
	namespace = "default",
): Promise<PodStatus[]> {
	return until(
		`${count} running pods of ${name}`,
		timeoutMs,
		async () => {
			const found = await pods(kubectl, name, namespace);
			return found.length === count && found.every((pod) => pod.ready && pod.phase === "Running") ? found : undefined;
		},
		() => kubectl(["get", "pods,events", "-A", "-o", "wide"]).catch(String),
		500,
	);
}
