import { createdSchema } from "@/lib/contracts/id.ts";
import { adoptInputSchema, leftRunListSchema } from "@/lib/contracts/left-run.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";
import { adoptRun } from "@/server/http/run-answers.ts";

/** Looks at the node itself, so it answers with what keeps us from it where it cannot be reached. */
export const GET = route({ params: idParams, answer: leftRunListSchema }, async ({ console, params }) => {
	const { id } = await console.nodes.get(params.id);
	return { runs: await console.engine.adoption.look(id) };
});

export const POST = route({ params: idParams, body: adoptInputSchema, answer: createdSchema, audit: "run.adopt" }, adoptRun);
