import type { NodeRunStatus } from "../../remote/status.ts";

/** A script says that the kubelet is up only after it has been for so long. */
const KUBELET_UP_S = 15;

/**
 * A moment after which a heartbeat is the new kubelet's, ISO 8601 by the node's own clock: shortly before script `suffix` ended. What
 * the cluster says must be newer, since a Ready from before tells nothing. Where the machine restarted since, the moment it did.
 */
export function newerThan(status: NodeRunStatus, suffix: "cutover" | "revert"): string {
	const exit = status.exits[suffix];
	const sameBoot = exit !== undefined && exit.bootId === status.now.bootId;
	const agoS = sameBoot ? status.now.uptimeS - exit.uptimeS + KUBELET_UP_S : status.now.uptimeS;
	return new Date((status.epochS - agoS) * 1000).toISOString();
}
