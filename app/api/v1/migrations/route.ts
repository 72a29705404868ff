import { migrationFilterSchema, migrationListSchema } from "@/lib/contracts/history.ts";
import { createdSchema } from "@/lib/contracts/id.ts";
import { planInputSchema } from "@/lib/contracts/migration.ts";
import { listMigrations } from "@/server/engine/history.ts";
import { draftMigration } from "@/server/http/migration-answers.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ query: migrationFilterSchema, answer: migrationListSchema }, ({ console, query }) =>
	listMigrations(console.db, query, new Date()),
);

/** Probes and plans: takes as long as the nodes take to answer. */
export const POST = route({ body: planInputSchema, answer: createdSchema, audit: "migration.plan" }, async (context) => ({
	id: await draftMigration(context),
}));
