import { z } from "zod";
import type { ClusterAccess } from "../kubernetes/access.ts";
import { parseKubeconfig } from "../kubernetes/kubeconfig.ts";
import type { Seal } from "./seal.ts";

const sealedSchema = z.object({ text: z.string(), context: z.string().nullable() });
export type KubeconfigChoice = z.infer<typeof sealedSchema>;

interface StoredAccess {
	id: string;
	kubeconfig: string;
	serverOverride: string | null;
	tlsServerName: string | null;
}

function place(clusterId: string): string {
	return `cluster:${clusterId}:kubeconfig`;
}

/** The text and the chosen context, as they are stored with this cluster. */
export function sealKubeconfig(seal: Seal, clusterId: string, choice: KubeconfigChoice): string {
	return seal.seal(JSON.stringify(choice), place(clusterId));
}

/** Throws SealError. */
export function unsealKubeconfig(seal: Seal, clusterId: string, sealed: string): KubeconfigChoice {
	return sealedSchema.parse(JSON.parse(seal.open(sealed, place(clusterId))));
}

/** The way to a stored cluster's API. Throws SealError, KubernetesError. */
export function storedAccess(seal: Seal, cluster: StoredAccess): ClusterAccess {
	const { text, context } = unsealKubeconfig(seal, cluster.id, cluster.kubeconfig);
	return parseKubeconfig(text, {
		context: context ?? undefined,
		serverOverride: cluster.serverOverride ?? undefined,
		tlsServerName: cluster.tlsServerName ?? undefined,
	});
}
