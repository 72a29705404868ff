import { auditPeopleSchema } from "@/lib/contracts/audit-page.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ answer: auditPeopleSchema }, async ({ console }) => ({ people: await console.audit.people() }));
