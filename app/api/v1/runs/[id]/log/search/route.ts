import { logSearchQuerySchema, logSearchSchema } from "@/lib/contracts/log.ts";
import { logSearchAnswer } from "@/server/http/log-answers.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const GET = route(
	{ params: idParams, query: logSearchQuerySchema, answer: logSearchSchema },
	({ console, params, query, request }) => logSearchAnswer(console, params.id, query, request.signal),
);
