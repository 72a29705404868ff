import { nodePatchSchema, nodeViewSchema } from "@/lib/contracts/node.ts";
import { nodeDetailSchema } from "@/lib/contracts/node-page.ts";
import { fieldChanges } from "@/lib/field-changes.ts";
import { nodeDetail } from "@/server/http/node-answers.ts";
import { idParams, withHistoryQuery } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ params: idParams, answer: nodeDetailSchema }, ({ console, params }) => nodeDetail(console, params.id));

export const PATCH = route(
	{ params: idParams, body: nodePatchSchema, answer: nodeViewSchema, audit: "node.update" },
	async ({ console, params, body, note, commit }) => {
		const { id, name, address, port } = await console.nodes.get(params.id);
		note({ target: { kind: "node", id, name } });
		return console.nodes.setWay(id, body, (writes, now) => commit(writes, { values: now, changes: fieldChanges({ address, port }, now) }));
	},
);

export const DELETE = route(
	{ params: idParams, query: withHistoryQuery, audit: "node.delete" },
	async ({ console, params, query, note, commit }) => {
		const { id, name } = await console.nodes.get(params.id);
		note({ target: { kind: "node", id, name } });
		await console.nodes.remove(id, { withHistory: query.withHistory === "1" }, commit);
	},
);
