import type { NodeView } from "../contracts/node.ts";

/** A worker on Docker that nothing is done to, or whatever `change` makes of it. */
export const nodeView = (change: Partial<NodeView> = {}): NodeView => ({
	id: "n1",
	clusterId: "c1",
	clusterName: "prod",
	name: "node1",
	address: "10.0.0.1",
	port: 22,
	manual: false,
	api: null,
	apiSeenAt: null,
	gone: false,
	controlPlane: false,
	runtime: "dockershim",
	runtimeText: "docker://19.3.13",
	factsAt: null,
	probedAt: null,
	probeError: null,
	preflight: null,
	hostKey: "accepted",
	activeRunId: null,
	rollbackRunId: null,
	wentOverByHand: false,
	mark: null,
	ownCredential: false,
	...change,
});
