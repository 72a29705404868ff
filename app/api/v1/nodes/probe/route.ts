import { probeInputSchema, probeResultSchema } from "@/lib/contracts/node.ts";
import { probeAnswer, probedNodes } from "@/server/http/node-answers.ts";
import { route } from "@/server/http/route.ts";

export const POST = route(
	{ body: probeInputSchema, answer: probeResultSchema, audit: "node.probe" },
	async ({ console, body, note, request }) => {
		note({ values: await probedNodes(console, body.nodeIds) });
		return probeAnswer(console, body.nodeIds, request.signal);
	},
);
