import { auditExportQuerySchema } from "@/lib/contracts/audit-page.ts";
import { auditExport } from "@/server/http/audit-answers.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ query: auditExportQuerySchema }, ({ console, query }) => auditExport(console, query));
