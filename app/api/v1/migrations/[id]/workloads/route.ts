import { workloadsSchema } from "@/lib/contracts/workload.ts";
import { workloadsAnswer } from "@/server/http/outlook-answers.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ params: idParams, answer: workloadsSchema }, ({ console, params }) => workloadsAnswer(console, params.id));
