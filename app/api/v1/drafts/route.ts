import { draftListSchema } from "@/lib/contracts/draft.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ answer: draftListSchema }, async ({ console, person }) => ({ drafts: await console.drafts.list(person.id) }));
