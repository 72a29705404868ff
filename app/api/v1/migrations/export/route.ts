import { migrationExportQuerySchema } from "@/lib/contracts/history.ts";
import { migrationsExport } from "@/server/http/history-export.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ query: migrationExportQuerySchema }, ({ console, query }) => migrationsExport(console, query));
