import { hostKeyScanSchema, replaceKeySchema } from "@/lib/contracts/host-key.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const POST = route(
	{ params: idParams, body: replaceKeySchema, answer: hostKeyScanSchema, auditFailure: "host-key.replace" },
	({ console, params, body, actor }) => console.hostKeyReviews.replace(params.id, body.entryId, body.expectedSha256, actor),
);
