import { migrationDetailSchema } from "@/lib/contracts/migration.ts";
import { migrationAnswer } from "@/server/http/migration-answers.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ params: idParams, answer: migrationDetailSchema }, ({ console, params, person }) =>
	migrationAnswer(console, params.id, person.id),
);
