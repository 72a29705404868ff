import { runExportQuerySchema } from "@/lib/contracts/history.ts";
import { runsExport } from "@/server/http/history-export.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ query: runExportQuerySchema }, ({ console, query }) => runsExport(console, query));
