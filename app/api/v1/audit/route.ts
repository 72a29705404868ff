import { auditListSchema, auditQuerySchema } from "@/lib/contracts/audit-page.ts";
import { auditAnswer } from "@/server/http/audit-answers.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ query: auditQuerySchema, answer: auditListSchema }, ({ console, query }) => auditAnswer(console, query));
