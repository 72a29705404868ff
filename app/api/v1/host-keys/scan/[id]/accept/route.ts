import { acceptKeySchema, hostKeyScanSchema } from "@/lib/contracts/host-key.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const POST = route(
	{ params: idParams, body: acceptKeySchema, answer: hostKeyScanSchema, auditFailure: "host-key.accept" },
	({ console, params, body, actor }) => console.hostKeyReviews.accept(params.id, body.entryId, actor),
);
