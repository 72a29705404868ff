import { givenPasswordSchema } from "@/lib/contracts/person.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const POST = route(
	{ params: idParams, answer: givenPasswordSchema, audit: "user.password-reset" },
	async ({ console, params: { id }, person, note }) => {
		note({ target: { kind: "user", id, name: "" } });
		const { email, password } = await console.people.resetPassword(id, person.id);
		note({ target: { kind: "user", id, name: email } });
		return { id, password };
	},
);
