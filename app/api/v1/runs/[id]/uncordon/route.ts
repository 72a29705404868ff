import { runDecisionInputSchema } from "@/lib/contracts/decision.ts";
import { uncordonAnswerSchema } from "@/lib/contracts/run-detail.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";
import { uncordonAnswer } from "@/server/http/run-answers.ts";

export const POST = route(
	{ params: idParams, body: runDecisionInputSchema, answer: uncordonAnswerSchema, audit: "run.uncordon" },
	uncordonAnswer,
);
