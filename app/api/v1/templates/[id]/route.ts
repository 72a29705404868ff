import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const DELETE = route({ params: idParams, audit: "template.delete" }, async ({ console, params: { id }, note }) => {
	note({ target: { kind: "template", id, name: "" } });
	const { name, direction } = await console.templates.delete(id);
	note({ target: { kind: "template", id, name }, values: { direction } });
});
