/** A pod as its node's kubelet gets it. */
export interface PodSpec {
	uid: string;
	namespace: string;
	name: string;
	hostNetwork: boolean;
	containers: { name: string; image: string; command: string[] }[];
	/** Told to go: the kubelet ends it and says so. */
	deleting: boolean;
	/** From a manifest on the node. */
	fromFile?: boolean;
}

export interface ContainerReport {
	name: string;
	/** `docker://…` or `containerd://…`. */
	containerId: string;
	running: boolean;
	startedAt: string;
}

export interface PodReport {
	uid: string;
	ip: string;
	containers: ContainerReport[];
}

/** What a kubelet tells about its node. */
export interface NodeReport {
	ready: boolean;
	kubeletVersion: string;
	runtimeVersion: string;
	bootId: string;
	machineId: string;
	osImage: string;
	kernel: string;
	architecture: string;
	at: string;
	pods: PodReport[];
	/** Static pods that the node runs of its own. */
	mirrors: PodSpec[];
}

/** Where a kubelet's pods come from and its reports go to: a simulated cluster, or a list of its own. */
export interface PodSource {
	podsOn(node: string): readonly PodSpec[];
	/** A pod that was told to go has ended. */
	ended(node: string, uid: string): void;
	report(node: string, report: NodeReport): void;
	/** A kubelet begins: its node's object is made where it is missing, and at no other time. */
	register?(node: string): void;
}

/** Pods for a node without a cluster. */
export class FixedPods implements PodSource {
	last: NodeReport | undefined;

	constructor(public pods: PodSpec[] = []) {}

	podsOn(): readonly PodSpec[] {
		return this.pods;
	}

	ended(_node: string, uid: string): void {
		this.pods = this.pods.filter((pod) => pod.uid !== uid);
	}

	report(_node: string, report: NodeReport): void {
		this.last = report;
	}
}
