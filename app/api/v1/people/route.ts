import { givenPasswordSchema, personInputSchema, personListSchema } from "@/lib/contracts/person.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ answer: personListSchema }, async ({ console }) => ({ people: await console.people.list() }));

export const POST = route(
	{ body: personInputSchema, answer: givenPasswordSchema, audit: "user.add" },
	async ({ console, body, note, commit }) => {
		const { name, email } = body;
		note({ target: { kind: "user", id: "", name: email }, values: { name } });
		return console.people.add(body, (writes, id) => commit(writes, { target: { kind: "user", id, name: email } }));
	},
);
