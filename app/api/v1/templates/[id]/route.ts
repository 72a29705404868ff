import { templatePatchSchema } from "@/lib/contracts/template.ts";
import { fieldChanges } from "@/lib/field-changes.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const PATCH = route(
	{ params: idParams, body: templatePatchSchema, audit: "template.rename" },
	async ({ console, params: { id }, body: { name }, note, commit }) => {
		note({ target: { kind: "template", id, name: "" } });
		const was = await console.templates.get(id);
		note({ target: { kind: "template", id, name: was.name } });
		await console.templates.rename(id, name, (writes) => commit(writes, { changes: fieldChanges({ name: was.name }, { name }) }));
	},
);

export const DELETE = route({ params: idParams, audit: "template.delete" }, async ({ console, params: { id }, note, commit }) => {
	note({ target: { kind: "template", id, name: "" } });
	await console.templates.delete(id, (writes, { name, direction }) =>
		commit(writes, { target: { kind: "template", id, name }, values: { direction } }),
	);
});
