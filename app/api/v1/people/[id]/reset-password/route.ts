import { givenPasswordSchema } from "@/lib/contracts/person.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const POST = route(
	{ params: idParams, answer: givenPasswordSchema, audit: "user.password-reset" },
	async ({ console, params: { id }, person, note, commit }) => {
		note({ target: { kind: "user", id, name: "" } });
		const { password } = await console.people.resetPassword(id, person.id, (writes, { email }) =>
			commit(writes, { target: { kind: "user", id, name: email } }),
		);
		return { id, password };
	},
);
