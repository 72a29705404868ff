import { clusterViewSchema } from "@/lib/contracts/cluster.ts";
import { clusterAnswer } from "@/server/http/cluster-answers.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

/** Reads the cluster's nodes now and not at the next turn. */
export const POST = route({ params: idParams, answer: clusterViewSchema }, async ({ console, params }) => {
	await console.refresher.refresh(params.id);
	return clusterAnswer(console, params.id);
});
