import type { FailingOwner } from "../rollout/pod-gate.ts";
import type { BudgetRow } from "./budget-row.ts";
import type { CallOptions } from "./call.ts";
import type { ClusterTest } from "./connection-test.ts";
import type { CordonResult, UncordonResult } from "./cordon.ts";
import type { EvictionResult, EvictionTarget } from "./eviction.ts";
import type { NodeRow } from "./node-row.ts";
import type { ControlPlaneComponent, PodRow } from "./pod-row.ts";
import type { NodeVolumeRow } from "./volume-row.ts";

/** The kubelet's own sign of life, about every 10 s; `renewedAt` is by the node's clock. */
export interface NodeLease {
	holder: string;
	renewedAt: string;
}

/** One cluster's API, as far as a migration goes. Every method throws KubernetesError and takes a signal and a limit. */
export interface ClusterApi {
	/** The URL it talks to, for messages. */
	readonly server: string;
	/** The origin that answered last: another one than `server` while that is out of reach and another way to the same API is known. */
	readonly answering: string;
	/** `v1.20.2` */
	version(options?: CallOptions): Promise<string>;
	/** Whether everything a migration needs works and is allowed; a failure is a result. Throws only `cluster.aborted`. */
	test(options?: CallOptions): Promise<ClusterTest>;
	/** Origins of all its servers, as the API itself lists them for the service `kubernetes`; empty where we may not read that. */
	endpoints(options?: CallOptions): Promise<string[]>;
	/** All nodes, in the API's order (by name). */
	listNodes(options?: CallOptions): Promise<NodeRow[]>;
	/** Throws `cluster.not-found`. */
	getNode(name: string, options?: CallOptions): Promise<NodeRow>;
	/** Makes the node unschedulable for the run `owner`; safe to repeat when an answer was lost. */
	cordon(name: string, owner: string, options?: CallOptions): Promise<CordonResult>;
	/** Takes back the cordon of the run `owner` and no other; `owner` null takes back anybody's, for a person who asks for it. */
	uncordon(name: string, owner: string | null, options?: CallOptions): Promise<UncordonResult>;
	/** Sets (or with null removes) one annotation; gives back what was there before. */
	annotate(name: string, key: string, value: string | null, options?: CallOptions): Promise<{ changed: boolean; previous: string | null }>;
	/** All pods bound to the node, finished ones included. */
	podsOnNode(name: string, options?: CallOptions): Promise<PodRow[]>;
	/** Who in the whole cluster has pods that fail, by owner. Read page by page, none of which is kept. Default limit 60 s. `nowMs`: since 1970. */
	failingPods(nowMs: number, options?: CallOptions): Promise<FailingOwner[]>;
	/** Mirror pods of the API server and of etcd on the node: a node that has one is a control plane node. */
	staticControlPlanePods(name: string, options?: CallOptions): Promise<{ component: ControlPlaneComponent; pod: PodRow }[]>;
	/** Asks the server to evict; never deletes. `gracePeriodS` null = the pod's own. */
	evict(pod: EvictionTarget, gracePeriodS: number | null, options?: CallOptions): Promise<EvictionResult>;
	/** Disruption budgets of all namespaces. */
	listPdbs(options?: CallOptions): Promise<BudgetRow[]>;
	/** Claimed volumes that only some nodes can mount. */
	listNodeVolumes(options?: CallOptions): Promise<NodeVolumeRow[]>;
	/** uid of the DaemonSet of that name; null where there is none. */
	daemonSetUid(namespace: string, name: string, options?: CallOptions): Promise<string | null>;
	/** Whether an API server that answers calls itself ready (`/readyz`, of versions before 1.16 `/healthz`). */
	ready(options?: CallOptions): Promise<boolean>;
	/** Null where the cluster keeps no lease for the node. */
	nodeLease(name: string, options?: CallOptions): Promise<NodeLease | null>;
	/** Ends its connections; calls under way fail. */
	close(): void;
}
