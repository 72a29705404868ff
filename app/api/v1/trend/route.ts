import { trendQuerySchema, trendSchema } from "@/lib/contracts/overview.ts";
import { route } from "@/server/http/route.ts";

const DAY_MS = 86_400_000;

export const GET = route({ query: trendQuerySchema, answer: trendSchema }, async ({ console, query: { clusterId, days } }) => {
	const now = new Date();
	const from = new Date(now.getTime() - days * DAY_MS);
	return { from: from.toISOString(), now: now.toISOString(), clusters: await console.trend.since(from, clusterId) };
});
