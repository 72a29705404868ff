import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const DELETE = route({ params: idParams, audit: "archive.delete" }, async ({ console, params, note }) => {
	note({ target: { kind: "archive", id: params.id, name: "" } });
	const { id, fileName, architecture, sha256 } = await console.archives.delete(params.id);
	note({ target: { kind: "archive", id, name: fileName }, values: { architecture, sha256 } });
});
