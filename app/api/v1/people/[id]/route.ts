import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const DELETE = route({ params: idParams, audit: "user.remove" }, async ({ console, params: { id }, person, note, commit }) => {
	note({ target: { kind: "user", id, name: "" } });
	await console.people.remove(id, person.id, (writes, { name, email }) =>
		commit(writes, { target: { kind: "user", id, name: email }, values: { name } }),
	);
});
