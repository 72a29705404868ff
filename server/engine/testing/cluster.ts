import type { ClusterApi } from "../../kubernetes/cluster-api.ts";
import { cordonPatch, uncordonPatch } from "../../kubernetes/cordon.ts";
import type { KubernetesError } from "../../kubernetes/error.ts";
import type { NodeRow } from "../../kubernetes/node-row.ts";
import type { PodRow } from "../../kubernetes/pod-row.ts";

export const CRI_SOCKET = "kubeadm.alpha.kubernetes.io/cri-socket";

/** A cluster of one node that lives in memory; what a test breaks, it breaks by these fields. */
export class TestCluster {
	unschedulable = false;
	annotations: Record<string, string> = { [CRI_SOCKET]: "/var/run/dockershim.sock" };
	runtime = "docker://20.10.24";
	ready: NodeRow["ready"] = "True";
	/** Pods on the node, by name; the value is why it cannot be evicted, "" where it can. */
	readonly pods = new Map<string, string>();
	/** What its API server says of itself. */
	apiReady = true;
	/** Every call is refused with this while it is set. */
	broken: KubernetesError | null = null;
	/** Called before each call, by its name. */
	onCall: (name: string) => void = () => {};
	readonly calls: string[] = [];

	/** The node runs on containerd now and says so. */
	wentOver(): void {
		this.runtime = "containerd://1.6.20";
	}

	get api(): ClusterApi {
		const cluster = this;
		const methods: Partial<ClusterApi> = {
			server: "https://192.0.2.9:6443",
			answering: "https://192.0.2.9:6443",
			getNode: async () => cluster.node(),
			listNodes: async () => [cluster.node()],
			podsOnNode: async () => [...cluster.pods.keys()].map(pod),
			nodeLease: async () => null,
			ready: async () => cluster.apiReady,
			staticControlPlanePods: async () => [],
			daemonSetUid: async () => null,
			failingPods: async () => [],
			async evict(target) {
				const why = cluster.pods.get(target.name);
				if (why) return { result: "blocked", why: "budget", budget: why, message: `the budget ${why} allows none` };
				cluster.pods.delete(target.name);
				return { result: "evicted" };
			},
			async cordon(_name, owner) {
				const patch = cordonPatch(cluster.node(), owner);
				cluster.apply(patch);
				return { changed: patch !== null, ours: cluster.annotations["gantry/cordoned-by"] === owner };
			},
			async uncordon(_name, owner) {
				const { patch, result } = uncordonPatch(cluster.node(), owner);
				cluster.apply(patch);
				return result;
			},
			async annotate(_name, key, value) {
				const previous = cluster.annotations[key] ?? null;
				cluster.apply({ metadata: { annotations: { [key]: value } } });
				return { changed: previous !== value, previous };
			},
		};
		return new Proxy(methods as ClusterApi, {
			get(target, name: keyof ClusterApi) {
				const method = target[name];
				if (typeof method !== "function") return method;
				return async (...args: unknown[]) => {
					cluster.onCall(name);
					cluster.calls.push(name);
					if (cluster.broken) throw cluster.broken;
					return Reflect.apply(method, target, args);
				};
			},
		});
	}

	private apply(
		patch: { metadata?: { annotations?: Record<string, string | null> }; spec?: { unschedulable: boolean | null } } | null,
	): void {
		for (const [key, value] of Object.entries(patch?.metadata?.annotations ?? {})) {
			if (value === null) delete this.annotations[key];
			else this.annotations[key] = value;
		}
		if (patch?.spec) this.unschedulable = patch.spec.unschedulable === true;
	}

	private node(): NodeRow {
		// Newer than anything that a test's node did.
		const heartbeatAt = new Date(Date.now() + 3_600_000).toISOString();
		return {
			name: "node1",
			resourceVersion: "1",
			annotations: { ...this.annotations },
			labels: {},
			allocatable: {},
			unschedulable: this.unschedulable,
			ready: this.ready,
			containerRuntime: this.runtime,
			conditions: [{ type: "Ready", status: this.ready, reason: "", message: "", heartbeatAt, changedAt: heartbeatAt }],
		} as unknown as NodeRow;
	}
}

function pod(name: string): PodRow {
	return {
		namespace: "default",
		name,
		uid: `uid-${name}`,
		nodeName: "node1",
		phase: "Running",
		ready: true,
		deletingSince: null,
		controller: { kind: "ReplicaSet", name: "web", uid: "uid-web" },
		mirror: false,
		hostNetwork: false,
		emptyDirs: [],
		claims: [],
		initContainers: [],
		hostPaths: [],
		labels: {},
		containers: [],
	};
}
