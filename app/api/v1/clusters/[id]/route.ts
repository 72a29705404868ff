import { clusterPatchSchema, clusterViewSchema } from "@/lib/contracts/cluster.ts";
import { clusterAnswer, clusterChanges, clusterPatch } from "@/server/http/cluster-answers.ts";
import { idParams, withHistoryQuery } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ params: idParams, answer: clusterViewSchema }, ({ console, params }) => clusterAnswer(console, params.id));

export const PATCH = route(
	{ params: idParams, body: clusterPatchSchema, answer: clusterViewSchema, audit: "cluster.update" },
	async ({ console, params, body, note, commit }) => {
		const before = await console.clusters.get(params.id);
		note({ target: { kind: "cluster", id: before.id, name: before.name } });
		await console.clusters.update(params.id, clusterPatch(before, body), (writes, now) =>
			commit(writes, { values: { server: now.apiState?.server ?? "" }, changes: clusterChanges(before, now, body.kubeconfig) }),
		);
		return clusterAnswer(console, params.id);
	},
);

export const DELETE = route(
	{ params: idParams, query: withHistoryQuery, audit: "cluster.delete" },
	async ({ console, params, query, note, commit }) => {
		const { id, name, nodes } = await console.clusters.get(params.id);
		note({ target: { kind: "cluster", id, name }, values: { nodes } });
		await console.clusters.delete(id, { withHistory: query.withHistory === "1" }, commit);
	},
);
