import { givenPasswordSchema, personInputSchema, personListSchema } from "@/lib/contracts/person.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ answer: personListSchema }, async ({ console }) => ({ people: await console.people.list() }));

export const POST = route({ body: personInputSchema, answer: givenPasswordSchema, audit: "user.add" }, async ({ console, body, note }) => {
	const { name, email } = body;
	note({ target: { kind: "user", id: "", name: email }, values: { name } });
	const made = await console.people.add(body);
	note({ target: { kind: "user", id: made.id, name: email } });
	return made;
});
