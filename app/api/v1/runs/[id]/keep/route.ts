import { runDecisionInputSchema } from "@/lib/contracts/decision.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";
import { keepRun } from "@/server/http/run-answers.ts";

export const POST = route({ params: idParams, body: runDecisionInputSchema, audit: "run.keep" }, keepRun);
