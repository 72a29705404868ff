import { logQuerySchema } from "@/lib/contracts/log.ts";
import { logAnswer } from "@/server/http/log-answers.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ params: idParams, query: logQuerySchema }, ({ console, params, query }) => logAnswer(console, params.id, query));
