import { z } from "zod";
import { activityListSchema } from "@/lib/contracts/overview.ts";
import { activityAnswer } from "@/server/http/activity-answer.ts";
import { route } from "@/server/http/route.ts";

const query = z.object({ clusterId: z.string().max(64).optional() });

export const GET = route({ query, answer: activityListSchema }, async ({ console, query }) => ({
	items: await activityAnswer(console, query.clusterId),
}));
