import { hostKeyScanSchema, knownHostsInputSchema } from "@/lib/contracts/host-key.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

/** Only compares: nothing is accepted by it. */
export const POST = route({ params: idParams, body: knownHostsInputSchema, answer: hostKeyScanSchema }, async ({ console, params, body }) =>
	console.hostKeyReviews.compare(params.id, body.text),
);
