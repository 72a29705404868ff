import { runFilterSchema, runListSchema } from "@/lib/contracts/history.ts";
import { listRuns } from "@/server/engine/history.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ query: runFilterSchema, answer: runListSchema }, ({ console, query }) =>
	listRuns(console.db, query, new Date()),
);
