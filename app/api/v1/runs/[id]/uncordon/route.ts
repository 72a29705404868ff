import { z } from "zod";
import { uncordonAnswerSchema } from "@/lib/contracts/api.ts";
import { uncordonAnswer } from "@/server/http/migration-answers.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const POST = route({ params: idParams, body: z.object({}), answer: uncordonAnswerSchema, audit: "run.uncordon" }, uncordonAnswer);
