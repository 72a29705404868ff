import { hostKeyListSchema } from "@/lib/contracts/api.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ answer: hostKeyListSchema }, async ({ console }) => ({ keys: await console.hostKeys.list() }));
