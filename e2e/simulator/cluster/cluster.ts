import type { NodeReport, PodSource, PodSpec } from "../machine/pods.ts";
import { applyReport, isReady, markUnknown, type NodeInit, type NodeObject, newNodeObject } from "./node-object.ts";
import { isHealthy, mirrorPod, newPod, type Pod } from "./pod-object.ts";
import type { Workload } from "./workload.ts";

export interface ClusterOptions {
	/** `v1.18.9`. */
	version: string;
	/** How long the API lags behind what a kubelet knows of its node, in milliseconds. Default 3000. */
	lagMs?: number;
	/** How long a kubelet may be silent before its node is of unknown state, in milliseconds. Default 40 000. */
	graceMs?: number;
}

const TICK_MS = 200;
/** A pod that is told to go needs a moment. */
const SHUTDOWN_MS = 700;
/** The kubelet writes its status so often where nothing else changed. */
const HEARTBEAT_MS = 2_000;

/** What an eviction came to. */
export type Eviction = "gone" | "evicted" | { blockedBy: string; needed: number; healthy: number };

/** The state behind a Kubernetes API: nodes, pods, what makes pods, and what keeps them. Kubelets report to it. */
export class SimulatedCluster implements PodSource {
	readonly version: string;
	readonly nodes = new Map<string, NodeObject>();
	readonly pods = new Map<string, Pod>();
	readonly workloads: Workload[] = [];
	/** Last sign of life of each kubelet, in milliseconds since 1970. */
	readonly leases = new Map<string, number>();
	private readonly waiting = new Map<string, NodeReport[]>();
	private readonly lagMs: number;
	private readonly graceMs: number;
	private revision = 1;
	private readonly timer: ReturnType<typeof setInterval>;
	private lastMove = 0;

	constructor(options: ClusterOptions) {
		this.version = options.version;
		this.lagMs = options.lagMs ?? 3_000;
		this.graceMs = options.graceMs ?? 40_000;
		this.timer = setInterval(() => this.tick(), TICK_MS);
		this.timer.unref();
	}

	close(): void {
		clearInterval(this.timer);
	}

	/** What its API server says of itself, by /readyz. */
	ready = true;
	/** Denies every change of a node and every eviction, by an admission webhook of this name. */
	deniedBy: string | undefined;
	/** Names of nodes whose kubelets' reports do not reach the cluster, whatever they say. */
	readonly unheard = new Set<string>();
	/** Nodes whose object somebody deleted: what a kubelet makes them anew from. */
	private readonly deleted = new Map<string, NodeInit>();

	addNode(init: NodeInit): void {
		this.nodes.set(init.name, newNodeObject(init));
	}

	/** As `kubectl delete node`: the object is gone and so are its pods; the kubelet that runs does not make it anew. */
	deleteNode(name: string): void {
		const node = this.nodes.get(name);
		if (!node) return;
		const { labels } = node.metadata;
		const internalIp = node.status.addresses.find(({ type }) => type === "InternalIP")?.address ?? "";
		const { taints } = node.spec;
		this.deleted.set(name, { name, labels, internalIp, createdAtMs: 0, ...(taints ? { taints } : {}) });
		this.nodes.delete(name);
		this.waiting.delete(name);
		for (const pod of this.pods.values()) if (pod.node === name) this.pods.delete(pod.uid);
	}

	register(name: string): void {
		const init = this.deleted.get(name);
		if (!init || this.nodes.has(name)) return;
		this.deleted.delete(name);
		this.addNode({ ...init, createdAtMs: Date.now() });
	}

	addWorkload(workload: Workload): void {
		this.workloads.push(workload);
	}

	/** Every change gives an object a new one. */
	touch(node: NodeObject): void {
		this.revision += 1;
		node.metadata.resourceVersion = String(this.revision);
	}

	podsOn(node: string): readonly PodSpec[] {
		const now = Date.now();
		return [...this.pods.values()]
			.filter((pod) => pod.node === node && !pod.mirror)
			.map((pod) => ({
				uid: pod.uid,
				namespace: pod.namespace,
				name: pod.name,
				hostNetwork: pod.hostNetwork,
				containers: pod.containers,
				deleting: pod.deletedAtMs !== undefined && now >= pod.deletedAtMs + SHUTDOWN_MS,
			}));
	}

	ended(_node: string, uid: string): void {
		this.pods.delete(uid);
	}

	report(node: string, report: NodeReport): void {
		if (this.unheard.has(node)) return;
		this.leases.set(node, Date.now());
		const queue = this.waiting.get(node) ?? [];
		// The first one counts at once: a node that was never seen has nothing to lag behind.
		if (this.nodes.get(node)?.status.nodeInfo["bootID"] === "") this.apply(node, report);
		else queue.push(report);
		this.waiting.set(node, queue);
		this.mirrors(node, report);
	}

	/** Asks to evict; a budget may say no. */
	evict(pod: Pod): Eviction {
		if (pod.deletedAtMs !== undefined) return "evicted";
		const { workload } = pod;
		if (workload?.minAvailable !== undefined && isHealthy(pod)) {
			const healthy = this.healthy(workload);
			if (healthy - 1 < workload.minAvailable) return { blockedBy: workload.name, needed: workload.minAvailable, healthy };
		}
		pod.deletedAtMs = Date.now();
		return "evicted";
	}

	healthy(workload: Workload): number {
		return [...this.pods.values()].filter((pod) => pod.workload === workload && isHealthy(pod)).length;
	}

	private tick(): void {
		const now = Date.now();
		for (const [name, queue] of this.waiting) {
			const due = queue.filter((report) => Date.parse(report.at) + this.lagMs <= now);
			const last = due.at(-1);
			if (last) this.apply(name, last);
			this.waiting.set(
				name,
				queue.filter((report) => !due.includes(report)),
			);
		}
		for (const [name, node] of this.nodes) {
			const seen = this.leases.get(name) ?? 0;
			if (isReady(node) && now - seen > this.graceMs) {
				markUnknown(node);
				this.touch(node);
			}
		}
		for (const workload of this.workloads) this.keep(workload);
		this.spread(now);
	}

	/** A status is written when it says something new, or its heartbeat is old. */
	private apply(name: string, report: NodeReport): void {
		const node = this.nodes.get(name);
		if (!node) return;
		const condition = node.status.conditions.find((each) => each.type === "Ready");
		const { nodeInfo } = node.status;
		const fresh = Date.parse(report.at) - Date.parse(condition?.lastHeartbeatTime ?? "") < HEARTBEAT_MS;
		const same = nodeInfo["containerRuntimeVersion"] === report.runtimeVersion && nodeInfo["bootID"] === report.bootId;
		if (!fresh || !same || (condition?.status === "True") !== report.ready) {
			applyReport(node, report);
			this.touch(node);
		}
		for (const each of report.pods) {
			const pod = this.pods.get(each.uid);
			if (!pod) continue;
			const running = each.containers.length >= pod.containers.length && each.containers.every((container) => container.running);
			const before = pod.report?.containers.map((container) => container.containerId).join();
			const changed = before !== each.containers.map((container) => container.containerId).join();
			pod.report = each;
			if (!running) pod.runningSinceMs = undefined;
			else if (pod.runningSinceMs === undefined || changed) pod.runningSinceMs = Date.now();
		}
	}

	private mirrors(node: string, report: NodeReport): void {
		for (const spec of report.mirrors) if (!this.pods.has(spec.uid)) this.pods.set(spec.uid, mirrorPod(spec, node));
	}

	private own(workload: Workload): Pod[] {
		return [...this.pods.values()].filter((pod) => pod.workload === workload);
	}

	private keep(workload: Workload): void {
		const own = this.own(workload);
		if (workload.kind === "DaemonSet") {
			for (const name of this.nodes.keys()) {
				if (!own.some((pod) => pod.node === name)) this.add(newPod(workload, name));
			}
			return;
		}
		for (const pod of own) if (pod.node === "") pod.node = this.emptiest(workload)?.metadata.name ?? "";
		for (let count = own.filter((pod) => pod.deletedAtMs === undefined).length; count < (workload.replicas ?? 0); count++) {
			this.add(newPod(workload, this.emptiest(workload)?.metadata.name ?? ""));
		}
	}

	private add(pod: Pod): void {
		this.pods.set(pod.uid, pod);
	}

	private schedulable(): NodeObject[] {
		return [...this.nodes.values()].filter(
			(node) => isReady(node) && node.spec.unschedulable !== true && !node.spec.taints?.some((taint) => taint.effect === "NoSchedule"),
		);
	}

	/** The schedulable node with the fewest pods of its kind; undefined where there is none. */
	private emptiest(workload: Workload): NodeObject | undefined {
		const load = (node: NodeObject) => {
			const here = [...this.pods.values()].filter((pod) => pod.node === node.metadata.name && pod.deletedAtMs === undefined);
			return here.filter((pod) => pod.workload === workload).length * 100 + here.length;
		};
		return this.schedulable().sort((a, b) => load(a) - load(b))[0];
	}

	/** Pods come back to a node that was out, one now and then, within their budgets: what a descheduler does. */
	private spread(now: number): void {
		if (now - this.lastMove < 1_500) return;
		const nodes = this.schedulable();
		for (const workload of this.workloads.filter(({ kind }) => kind === "Deployment")) {
			const own = this.own(workload).filter((pod) => pod.deletedAtMs === undefined);
			if (own.some((pod) => !isHealthy(pod))) continue;
			const counts = nodes.map((node) => own.filter((pod) => pod.node === node.metadata.name));
			const fullest = counts.sort((a, b) => b.length - a.length)[0] ?? [];
			const least = counts.at(-1) ?? [];
			const [pod] = fullest;
			if (pod === undefined || fullest.length - least.length < 2) continue;
			if (this.evict(pod) === "evicted") {
				this.lastMove = now;
				return;
			}
		}
	}
}
