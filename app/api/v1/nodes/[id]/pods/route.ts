import { nodePodListSchema } from "@/lib/contracts/node-page.ts";
import { podsAnswer } from "@/server/http/node-answers.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

/** Asks the cluster's API, so it answers with what keeps us from it where it does not answer. */
export const GET = route({ params: idParams, answer: nodePodListSchema }, async ({ console, params, request }) => ({
	pods: await podsAnswer(console, params.id, request.signal),
}));
