import { z } from "zod";
import { lookAgain } from "@/server/http/migration-answers.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const POST = route({ params: idParams, body: z.object({}), audit: "run.look-again" }, lookAgain);
