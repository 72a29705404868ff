import { hostKeyScanSchema } from "@/lib/contracts/host-key.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ params: idParams, answer: hostKeyScanSchema }, async ({ console, params }) =>
	console.hostKeyReviews.get(params.id),
);
