import { nodeFilesSchema } from "@/lib/contracts/node-page.ts";
import { nodeFiles } from "@/server/http/node-files.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ params: idParams, answer: nodeFilesSchema }, ({ console, params }) => nodeFiles(console, params.id));
