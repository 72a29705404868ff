import { z } from "zod";
import type { Db } from "../db/client.ts";
import type { ClusterApi } from "../kubernetes/cluster-api.ts";
import { openCluster } from "../kubernetes/open-cluster.ts";
import { InventoryError } from "./errors.ts";
import { storedAccess } from "./kubeconfig-seal.ts";
import type { Seal } from "./seal.ts";

const originsSchema = z.array(z.string());

interface Open {
	/** What it was opened with, sealed as it is stored: another kubeconfig is another text. */
	stored: string;
	api: ClusterApi;
	/** Other ways to it, as last stored. */
	origins: readonly string[];
}

/** One open way to each cluster's API, closed when its kubeconfig changes. */
export class ClusterConnections {
	readonly #open = new Map<string, Open>();

	constructor(
		private readonly db: Db,
		private readonly seal: Seal,
		private readonly openApi: typeof openCluster = openCluster,
	) {}

	/** Null where the cluster has no kubeconfig. Throws `inventory.not-found`, SealError, KubernetesError (`kubeconfig.*`). */
	async get(clusterId: string): Promise<ClusterApi | null> {
		const cluster = await this.db.cluster.findUnique({
			where: { id: clusterId },
			select: { id: true, kubeconfig: true, serverOverride: true, tlsServerName: true, apiOrigins: true },
		});
		if (!cluster) this.forget(clusterId);
		if (!cluster) throw new InventoryError("inventory.not-found", { kind: "cluster", id: clusterId });
		const { kubeconfig } = cluster;
		if (kubeconfig === null) {
			this.forget(clusterId);
			return null;
		}
		const stored = JSON.stringify([kubeconfig, cluster.serverOverride, cluster.tlsServerName]);
		const known = this.#open.get(clusterId);
		const origins = originsSchema.safeParse(cluster.apiOrigins).data ?? [];
		if (known?.stored === stored) {
			known.origins = origins;
			return known.api;
		}
		const access = storedAccess(this.seal, { ...cluster, kubeconfig });
		this.forget(clusterId);
		const api = this.openApi(access, { alternatives: () => this.#open.get(clusterId)?.origins ?? [] });
		this.#open.set(clusterId, { stored, api, origins });
		return api;
	}

	/** Closes this cluster's connection, if there is one; calls under way fail. */
	forget(clusterId: string): void {
		this.#open.get(clusterId)?.api.close();
		this.#open.delete(clusterId);
	}

	close(): void {
		for (const { api } of this.#open.values()) api.close();
		this.#open.clear();
	}
}
