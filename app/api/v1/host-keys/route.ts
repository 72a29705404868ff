import { hostKeyListSchema } from "@/lib/contracts/host-key.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ answer: hostKeyListSchema }, async ({ console }) => ({ keys: await console.hostKeys.list() }));
