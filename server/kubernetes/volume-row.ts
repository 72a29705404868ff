import type { V1PersistentVolume } from "@kubernetes/client-node";

/** One volume that only some nodes can mount: a local disk, or whatever else names its nodes by their host name. */
export interface NodeVolumeRow {
	name: string;
	/** `namespace/name` of the claim that it is bound to. */
	claim: string;
	/** Values of the nodes' label kubernetes.io/hostname. */
	hostnames: string[];
}

const HOSTNAME = "kubernetes.io/hostname";

/**
 * One volume object as a row; null for one that any node can mount or that nobody claims. Of the affinity's terms one has to hold, of a
 * term's expressions all (Kubernetes documentation, "Volume Node Affinity"): a term without the host name leaves it to other labels,
 * such as a zone's. Pure.
 */
export function toNodeVolumeRow({ metadata, spec, status }: V1PersistentVolume): NodeVolumeRow | null {
	const claim = spec?.claimRef;
	const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
	// A released one still names the claim that it had; another volume may serve that name now.
	if (status?.phase === "Released" || status?.phase === "Failed") return null;
	if (!claim?.namespace || !claim.name || terms.length === 0) return null;
	const named = terms.map(
		(term) => term.matchExpressions?.find(({ key, operator }) => key === HOSTNAME && operator === "In")?.values ?? [],
	);
	if (named.some((hostnames) => hostnames.length === 0)) return null;
	return { name: metadata?.name ?? "", claim: `${claim.namespace}/${claim.name}`, hostnames: [...new Set(named.flat())] };
}
