import { probeInputSchema, probeResultSchema } from "@/lib/contracts/node.ts";
import { probeAnswer } from "@/server/http/node-answers.ts";
import { route } from "@/server/http/route.ts";

export const POST = route(
	{ body: probeInputSchema, answer: probeResultSchema, audit: "node.probe" },
	async ({ console, body, note, request }) => {
		note({ values: { count: body.nodeIds.length } });
		return probeAnswer(console, body.nodeIds, request.signal);
	},
);
