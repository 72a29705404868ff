import { z } from "zod";
import { type Facts, kubeletRuntimeSchema } from "../../lib/contracts/facts.ts";
import type { ApiNode, NodeView } from "../../lib/contracts/node.ts";
import { isControlPlane } from "../preflight/checks/role.ts";
import { formatVersion, readVersion } from "../runtime/versions.ts";

/** What lists show of a node's facts; stored beside them. */
export const shownSchema = z.object({
	runtime: kubeletRuntimeSchema,
	/** `docker://20.10.24`; empty where there is no kubelet or no version. */
	text: z.string(),
	/** It runs an API server or etcd as a static pod. */
	controlPlane: z.boolean(),
});
export type Shown = z.infer<typeof shownSchema>;

/** The API shows a new runtime 30 to 90 s after the node has it: within this, a probe knows better. Milliseconds. */
const API_LAG_MS = 120_000;

export function shownOf(facts: Facts): Shown {
	const { runtime } = facts.kubelet;
	const docker = facts.docker.version;
	const containerd = facts.containerd.runningVersion?.known ? facts.containerd.runningVersion : facts.containerd.version;
	let text = "";
	if ((runtime === "dockershim" || runtime === "cri-dockerd") && docker.known) text = `docker://${release(docker.value)}`;
	if (runtime === "containerd" && containerd.known) text = `containerd://${release(containerd.value)}`;
	return { runtime, text, controlPlane: isControlPlane(facts, null) };
}

/** `1.6.20~ds1` as the API shows it, without the distribution's suffix. */
function release(version: string): string {
	const read = readVersion(version);
	return read ? formatVersion(read) : version;
}

export interface RuntimeSources {
	shown: Shown | null;
	factsAt: Date | null;
	api: ApiNode | null;
	apiSeenAt: Date | null;
	/** The node's last finished run and the runtime that it left. */
	lastRun: { text: string; endedAt: Date } | null;
}

/** The runtime that a node runs now, by whoever knew last: its own kubelet, a run of ours, the API. */
export function runtimeNow({ shown, factsAt, api, apiSeenAt, lastRun }: RuntimeSources): { runtime: NodeView["runtime"]; text: string } {
	const apiKind = kindOf(api?.containerRuntime ?? "");
	const byApi = { runtime: apiKind, text: api?.containerRuntime ?? "" };
	let known: { runtime: NodeView["runtime"]; text: string; at: Date } | null = null;
	if (shown && factsAt) known = { runtime: shown.runtime, text: shown.text, at: factsAt };
	if (lastRun && lastRun.text !== "" && (!known || lastRun.endedAt > known.at)) {
		known = { runtime: kindOf(lastRun.text), text: lastRun.text, at: lastRun.endedAt };
	}
	if (!known) return byApi;
	const byUs = { runtime: known.runtime, text: known.text };
	if (apiKind === "unknown" || !apiSeenAt) return byUs;
	// Both say the same; the API's text is the one that `kubectl get nodes` shows.
	if (sameKind(apiKind, known.runtime)) return { runtime: known.runtime, text: byApi.text };
	return apiSeenAt.getTime() - known.at.getTime() > API_LAG_MS ? byApi : byUs;
}

function kindOf(text: string): NodeView["runtime"] {
	if (text.startsWith("docker://")) return "docker";
	if (text.startsWith("containerd://")) return "containerd";
	return text === "" ? "unknown" : "other";
}

function sameKind(api: NodeView["runtime"], known: NodeView["runtime"]): boolean {
	return known === "dockershim" || known === "cri-dockerd" ? api === "docker" : api === known;
}
