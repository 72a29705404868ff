import { keepInputSchema } from "@/lib/contracts/api.ts";
import { keepRun } from "@/server/http/migration-answers.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const POST = route({ params: idParams, body: keepInputSchema, audit: "run.keep" }, keepRun);
