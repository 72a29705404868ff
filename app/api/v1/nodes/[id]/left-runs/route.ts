import { adoptInputSchema, createdSchema, leftRunListSchema } from "@/lib/contracts/api.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

/** Looks at the node itself, so it answers with what keeps us from it where it cannot be reached. */
export const GET = route({ params: idParams, answer: leftRunListSchema }, async ({ console, params }) => {
	const { id } = await console.nodes.get(params.id);
	return { runs: await console.engine.adoption.look(id) };
});

export const POST = route(
	{ params: idParams, body: adoptInputSchema, answer: createdSchema, audit: "run.adopt" },
	async ({ console, params, body, person, note }) => {
		const node = await console.nodes.get(params.id);
		note({ target: { kind: "run", id: body.runId, name: node.name }, values: { node: node.name, choice: body.choice } });
		const adopted = await console.engine.adoption.adopt(node.id, body.runId, body.choice, person);
		note({ values: { node: node.name, choice: body.choice, console: adopted.console } });
		return { id: adopted.id };
	},
);
