import { migrationFindingsSchema } from "@/lib/contracts/draft.ts";
import { findingsAnswer } from "@/server/http/outlook-answers.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ params: idParams, answer: migrationFindingsSchema }, ({ console, params }) =>
	findingsAnswer(console, params.id),
);
