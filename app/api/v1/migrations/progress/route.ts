import { z } from "zod";
import { progressListSchema } from "@/lib/contracts/overview.ts";
import { progressAnswer } from "@/server/http/progress-answer.ts";
import { route } from "@/server/http/route.ts";

const query = z.object({ clusterId: z.string().max(64).optional() });

export const GET = route({ query, answer: progressListSchema }, async ({ console, query }) => ({
	migrations: await progressAnswer(console, query.clusterId, Date.now()),
}));
