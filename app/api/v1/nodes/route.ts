import { z } from "zod";
import { nodeInputSchema, nodeListSchema, nodeViewSchema } from "@/lib/contracts/node.ts";
import { nodeList } from "@/server/http/node-answers.ts";
import { route } from "@/server/http/route.ts";

const query = z.object({ clusterId: z.string().optional() });

export const GET = route({ query, answer: nodeListSchema }, ({ console, query }) => nodeList(console, query));

/** A node by hand. */
export const POST = route(
	{ body: nodeInputSchema, answer: nodeViewSchema, audit: "node.create" },
	async ({ console, body, note, commit }) => {
		const { address, port } = body;
		note({ target: { kind: "node", id: "", name: body.name }, values: { address, ...(port === null ? {} : { port }) } });
		return console.nodes.add(body, (writes, id) => commit(writes, { target: { kind: "node", id, name: body.name } }));
	},
);
