import { hostKeyScanInputSchema, hostKeyScanSchema } from "@/lib/contracts/host-key.ts";
import { route } from "@/server/http/route.ts";

export const POST = route(
	{ body: hostKeyScanInputSchema, answer: hostKeyScanSchema, audit: "host-key.scan" },
	async ({ console, body, note, request }) => {
		note({ values: { count: body.nodeIds.length } });
		return console.hostKeyReviews.begin(body.nodeIds, body.knownHosts ?? null, request.signal);
	},
);
