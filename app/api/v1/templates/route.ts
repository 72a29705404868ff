import { createdSchema } from "@/lib/contracts/id.ts";
import { templateInputSchema, templateListSchema } from "@/lib/contracts/template.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ answer: templateListSchema }, async ({ console }) => ({ templates: await console.templates.list() }));

export const POST = route(
	{ body: templateInputSchema, answer: createdSchema, audit: "template.create" },
	async ({ console, body, person, note, commit }) => {
		const { name, direction } = body;
		note({ target: { kind: "template", id: "", name }, values: { direction } });
		const made = console.templates.create(body, person.email, (writes, id) => commit(writes, { target: { kind: "template", id, name } }));
		return { id: await made };
	},
);
