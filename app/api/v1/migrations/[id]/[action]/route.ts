import { migrationActionInputSchema, migrationActionSchema } from "@/lib/contracts/migration.ts";
import { AUDIT_OF_ACTION, changeMigration } from "@/server/http/migration-answers.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const POST = route(
	{
		params: idParams.extend({ action: migrationActionSchema }),
		body: migrationActionInputSchema,
		audit: ({ action }) => AUDIT_OF_ACTION[action],
	},
	changeMigration,
);
