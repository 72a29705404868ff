import { uncordonAnswerSchema } from "@/lib/contracts/api.ts";
import { runDecisionInputSchema } from "@/lib/contracts/decision.ts";
import { uncordonAnswer } from "@/server/http/migration-answers.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const POST = route(
	{ params: idParams, body: runDecisionInputSchema, answer: uncordonAnswerSchema, audit: "run.uncordon" },
	uncordonAnswer,
);
