import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const DELETE = route({ params: idParams, audit: "archive.delete" }, async ({ console, params, note, commit }) => {
	note({ target: { kind: "archive", id: params.id, name: "" } });
	await console.archives.delete(params.id, (writes, { id, fileName, architecture, sha256 }) =>
		commit(writes, { target: { kind: "archive", id, name: fileName }, values: { architecture, sha256 } }),
	);
});
