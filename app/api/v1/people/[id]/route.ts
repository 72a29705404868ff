import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const DELETE = route({ params: idParams, audit: "user.remove" }, async ({ console, params: { id }, person, note }) => {
	note({ target: { kind: "user", id, name: "" } });
	const { name, email } = await console.people.remove(id, person.id);
	note({ target: { kind: "user", id, name: email }, values: { name } });
});
