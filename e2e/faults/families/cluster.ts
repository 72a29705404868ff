import type { Fault } from "../fault.ts";
import { isForward } from "../moments.ts";

export const CLUSTER_FAULTS: readonly Fault[] = [
	{
		name: "api-away",
		family: "cluster",
		what: "nobody listens on the API server's port for a minute",
		inject: (world) => world.api.refuse(),
		heal: (world) => world.api.heal(),
	},
	{
		name: "api-silent",
		family: "cluster",
		what: "the API server's packets are dropped for a minute",
		inject: (world) => world.api.silence(),
		heal: (world) => world.api.heal(),
	},
	{
		name: "api-gone",
		family: "cluster",
		what: "nobody listens on the API server's port for 15 min, longer than the policy waits for it",
		healsAfterS: 900,
		inject: (world) => world.api.refuse(),
		heal: (world) => world.api.heal(),
	},
	{
		name: "eviction-refused",
		family: "cluster",
		what: "a budget refuses every eviction for ever",
		inject: (world) => world.cluster.forbidEvictions(),
	},
	{
		name: "node-deleted",
		family: "cluster",
		what: "the node's object is deleted; its kubelet makes it anew when it starts again",
		inject: (world) => world.cluster.deleteNode(),
	},
	{
		name: "webhook-denies",
		family: "cluster",
		what: "an admission webhook denies every change of a node and every eviction, for 10 min",
		healsAfterS: 600,
		inject: (world) => world.cluster.denyChanges(),
		heal: (world) => world.cluster.allowChanges(),
	},
	{
		name: "webhook-denies-for-ever",
		family: "cluster",
		what: "an admission webhook denies every change of a node and every eviction, for ever",
		inject: (world) => world.cluster.denyChanges(),
	},
	{
		name: "etcd-no-quorum",
		family: "cluster",
		what: "another member of etcd is gone for 10 min: a control plane node's own is needed for the quorum",
		shapes: ["control-plane"],
		appliesTo: isForward,
		healsAfterS: 600,
		inject: (world) => world.cluster.loseEtcdMember(),
		heal: (world) => world.cluster.restoreEtcdMember(),
	},
];
