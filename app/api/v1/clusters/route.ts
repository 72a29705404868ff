import { clusterInputSchema, clusterListSchema, clusterViewSchema } from "@/lib/contracts/cluster.ts";
import { clusterAnswer, clusterAnswers, clusterInput } from "@/server/http/cluster-answers.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ answer: clusterListSchema }, async ({ console }) => ({ clusters: await clusterAnswers(console) }));

export const POST = route(
	{ body: clusterInputSchema, answer: clusterViewSchema, audit: "cluster.create" },
	async ({ console, body, note, commit }) => {
		note({ target: { kind: "cluster", id: "", name: body.name } });
		const { id } = await console.clusters.create(clusterInput(body), (writes, { id, name, apiState }) =>
			commit(writes, { target: { kind: "cluster", id, name }, values: { server: apiState?.server ?? "" } }),
		);
		// Its nodes are what the person looks for next; where that fails, the cluster's state says so.
		await console.refresher
			.refresh(id)
			.catch((error: unknown) => console.log.warn({ err: error, clusterId: id }, "a new cluster was not read"));
		return clusterAnswer(console, id);
	},
);
