import { durationsSchema } from "@/lib/contracts/workload.ts";
import { durationsAnswer } from "@/server/http/outlook-answers.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ params: idParams, answer: durationsSchema }, ({ console, params }) => durationsAnswer(console, params.id));
