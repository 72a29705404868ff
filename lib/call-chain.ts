import type { Facts } from "./contracts/facts.ts";
import type { NodeView } from "./contracts/node.ts";

export interface ChainLink {
	/** A program's name: the same in every language. */
	name: string;
	version: string | null;
	/** "leaves": no longer in between after the migration. */
	fate: "stays" | "leaves";
	/** What the link before it is told to talk to, where that is worth seeing. */
	endpoint: string | null;
}

export interface CallChain {
	now: ChainLink[];
	/** Null where nothing is to change, or nobody knows what runs now. */
	after: ChainLink[] | null;
}

const DOCKERSHIM_BUILT_IN = "dockershim";
const CONTAINERD_SOCKET = "/run/containerd/containerd.sock";

/**
 * Who calls whom to start a container, now and after a migration: kubelet → dockershim → dockerd → containerd → runc becomes
 * kubelet → containerd → runc. Null where the runtime is not known.
 */
export function callChain(node: Pick<NodeView, "runtime" | "api">, facts: Facts | null): CallChain | null {
	const kubelet = link("kubelet", versionOf(facts?.kubelet.version) ?? node.api?.version ?? null);
	const containerd = link("containerd", versionOf(facts?.containerd.runningVersion) ?? versionOf(facts?.containerd.version));
	const dockerd = link("dockerd", versionOf(facts?.docker.version), "leaves");
	const runc = link("runc", null);
	const after = [kubelet, { ...containerd, endpoint: CONTAINERD_SOCKET }, runc];
	switch (node.runtime) {
		case "containerd":
			return { now: [kubelet, { ...containerd, endpoint: facts?.kubelet.endpoint ?? null }, runc], after: null };
		case "dockershim":
			return { now: [kubelet, link(DOCKERSHIM_BUILT_IN, null, "leaves"), dockerd, containerd, runc], after };
		case "cri-dockerd":
			return {
				now: [kubelet, { ...link("cri-dockerd", null, "leaves"), endpoint: facts?.kubelet.endpoint ?? null }, dockerd, containerd, runc],
				after,
			};
		case "docker":
			return { now: [kubelet, link("dockershim | cri-dockerd", null, "leaves"), dockerd, containerd, runc], after };
		case "other":
		case "none":
		case "unknown":
			return null;
		default:
			return node.runtime satisfies never;
	}
}

function link(name: string, version: string | null, fate: ChainLink["fate"] = "stays"): ChainLink {
	return { name, version, fate, endpoint: null };
}

function versionOf(version: { known: true; value: string } | { known: false } | undefined): string | null {
	return version?.known ? version.value : null;
}
