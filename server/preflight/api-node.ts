/** What the cluster's API says about a node, as far as preflight judges it. */
export interface ApiNode {
	readonly name: string;
	readonly labels: Readonly<Record<string, string>>;
	readonly annotations: Readonly<Record<string, string>>;
	readonly unschedulable: boolean;
	/** Status of the Ready condition; "absent" where the node has none yet. */
	readonly ready: "True" | "False" | "Unknown" | "absent";
	/** `.status.nodeInfo.kubeletVersion`, such as "v1.20.2". */
	readonly kubeletVersion: string;
	/** `.status.nodeInfo.containerRuntimeVersion`; lags 30 to 90 s behind the node. */
	readonly containerRuntimeVersion: string;
	/** `.status.nodeInfo.bootID` and `machineID`; empty where the API gave none. */
	readonly bootId: string;
	readonly machineId: string;
	/** `component` labels of the node's mirror pods, such as "kube-apiserver" and "etcd". */
	readonly mirrorPodComponents: readonly string[];
	/** What runs on it; absent where it was not asked for. */
	readonly pods?: readonly ApiPod[];
	/** Code of the error that kept the disruption budgets from being read; absent where they were. */
	readonly budgetsUnknown?: string;
	/** The same of the volumes. */
	readonly volumesUnknown?: string;
}

/** One pod of the node, as far as a change of runtime touches it. Pods that have ended for good, or are being deleted, are none. */
export interface ApiPod {
	/** `namespace/name` */
	readonly label: string;
	/** Kind of the controller that would make it anew; null for a bare pod. */
	readonly controller: string | null;
	/** A static pod: no drain moves it. */
	readonly mirror: boolean;
	/** Paths of the node that it mounts. */
	readonly hostPaths: readonly string[];
	readonly hasEmptyDir: boolean;
	/** Claims on volumes that this node alone can mount. */
	readonly localClaims: readonly string[];
	/** True where it claims any volume. */
	readonly hasClaims: boolean;
	/** Images that it asks a registry for at every start: `imagePullPolicy: Always`, or named by digest. */
	readonly pulled: readonly string[];
	/** Disruption budgets that count it: `namespace/name`, and how many of its pods may go now. */
	readonly budgets: readonly { readonly name: string; readonly allowed: number; readonly healthy: number; readonly wanted: number }[];
}

const CONTROL_PLANE_LABELS = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"] as const;

/** The role label that makes it a control plane node, or null. Up to 1.19 kubeadm wrote only `…/master`. */
export function controlPlaneLabel(node: ApiNode): string | null {
	return CONTROL_PLANE_LABELS.find((label) => label in node.labels) ?? null;
}
