import { hostKeyScanSchema } from "@/lib/contracts/host-key.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

/** Each accepted key is recorded by the service. */
export const POST = route({ params: idParams, answer: hostKeyScanSchema }, ({ console, params, actor }) =>
	console.hostKeyReviews.acceptMatches(params.id, actor),
);
