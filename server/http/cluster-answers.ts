import type { z } from "zod";
import type { FieldChange } from "../../lib/contracts/audit.ts";
import type { ClusterView, clusterInputSchema, clusterPatchSchema, clusterTestSchema } from "../../lib/contracts/cluster.ts";
import type { Message } from "../../lib/contracts/finding.ts";
import type { ApiState, ClusterInput, ClusterView as StoredCluster } from "../../lib/contracts/inventory.ts";
import type { NodeView } from "../../lib/contracts/node.ts";
import { fieldChanges } from "../../lib/field-changes.ts";
import type { Console } from "../console.ts";
import type { KnownCluster } from "../inventory/clusters.ts";

/** Clusters with what their nodes come to: one read of all nodes, however many clusters there are. */
export async function clusterAnswers(console: Console): Promise<ClusterView[]> {
	const [clusters, nodes] = await Promise.all([console.clusters.list(), console.nodes.list()]);
	return clusters.map((cluster) =>
		toAnswer(
			cluster,
			nodes.filter((node) => node.clusterId === cluster.id),
		),
	);
}

/** Throws `inventory.not-found`. */
export async function clusterAnswer(console: Console, id: string): Promise<ClusterView> {
	return toAnswer(await console.clusters.get(id), await console.nodes.list({ clusterId: id }));
}

function toAnswer(cluster: StoredCluster, nodes: readonly NodeView[]): ClusterView {
	const present = nodes.filter((node) => !node.gone);
	const docker = present.filter((node) => ["docker", "dockershim", "cri-dockerd"].includes(node.runtime)).length;
	const containerd = present.filter((node) => node.runtime === "containerd").length;
	return {
		id: cluster.id,
		name: cluster.name,
		hasApi: cluster.hasApi,
		server: cluster.apiState?.server || null,
		serverOverride: cluster.serverOverride,
		tlsServerName: cluster.tlsServerName,
		apiState: cluster.apiState && stateMessage(cluster.apiState),
		apiCheckedAt: cluster.apiCheckedAt,
		nodes: {
			total: present.length,
			docker,
			containerd,
			other: present.length - docker - containerd,
			withoutHostKey: present.filter((node) => node.hostKey === "unknown").length,
		},
		hasCredential: cluster.hasCredential,
		createdAt: cluster.createdAt,
	};
}

/** Code "ok" where it answers. */
export function stateMessage(state: ApiState): Message {
	return state.ok ? { code: "ok", values: { version: state.version, ...(state.via ? { via: state.via } : {}) } } : state.error;
}

/** As the inventory takes it. */
export function clusterInput(input: z.output<typeof clusterInputSchema>): ClusterInput {
	const { name, kubeconfig, context, serverOverride, tlsServerName } = input;
	return { name, kubeconfig, context: context || null, serverOverride: serverOverride || null, tlsServerName: tlsServerName || null };
}

/** What is absent stays as it is. */
export function clusterPatch(before: StoredCluster, patch: z.output<typeof clusterPatchSchema>): ClusterInput {
	const { name = before.name, serverOverride = before.serverOverride, tlsServerName = before.tlsServerName } = patch;
	return {
		name,
		kubeconfig: patch.kubeconfig,
		context: patch.context || null,
		serverOverride: serverOverride || null,
		tlsServerName: tlsServerName || null,
	};
}

/** What the audit keeps of an update: of the kubeconfig only whether there is one, and whether another was given. */
export function clusterChanges(before: KnownCluster, after: KnownCluster, kubeconfig: string | null | undefined): FieldChange[] {
	const shown = ({ name, hasApi, apiState, serverOverride, tlsServerName }: KnownCluster) => ({
		name,
		kubeconfig: hasApi ? "set" : null,
		server: apiState?.server || null,
		serverOverride,
		tlsServerName,
	});
	const replaced = before.hasApi && after.hasApi && typeof kubeconfig === "string";
	return fieldChanges(shown(before), { ...shown(after), ...(replaced ? { kubeconfig: "replaced" } : {}) });
}

/** Why an access does not work is the answer here, not an error. */
export async function clusterTest(console: Console, input: ClusterInput): Promise<z.output<typeof clusterTestSchema>> {
	try {
		const state = await console.clusters.test({ ...input, kubeconfig: input.kubeconfig ?? "" });
		return { ok: true, version: state.ok ? state.version : null, problem: null, server: state.server };
	} catch (error) {
		const problem = console.explain(error);
		if (problem.code === "engine.unexpected") throw error;
		return { ok: false, version: null, problem, server: String(problem.values["server"] ?? input.serverOverride ?? "") };
	}
}
