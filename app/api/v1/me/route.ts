import { meSchema } from "@/lib/contracts/person.ts";
import { route } from "@/server/http/route.ts";
import { VERSION } from "@/server/version.ts";

export const GET = route({ answer: meSchema }, async ({ person }) => ({ user: person, version: VERSION }));
