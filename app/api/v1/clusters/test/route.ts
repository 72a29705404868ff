import { clusterInputSchema, clusterTestSchema } from "@/lib/contracts/cluster.ts";
import { clusterInput, clusterTest } from "@/server/http/cluster-answers.ts";
import { route } from "@/server/http/route.ts";

/** Asks the API and stores nothing. */
export const POST = route({ body: clusterInputSchema, answer: clusterTestSchema }, ({ console, body }) =>
	clusterTest(console, clusterInput(body)),
);
