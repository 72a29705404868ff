import { z } from "zod";
import { attentionListSchema } from "@/lib/contracts/attention.ts";
import { attentionAnswer } from "@/server/http/attention-answer.ts";
import { route } from "@/server/http/route.ts";

const query = z.object({ clusterId: z.string().max(64).optional() });

export const GET = route({ query, answer: attentionListSchema }, async ({ console, query }) => ({
	items: await attentionAnswer(console, query.clusterId, Date.now()),
}));
