import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const DELETE = route({ params: idParams, auditFailure: "host-key.remove" }, ({ console, params, actor }) =>
	console.hostKeys.remove(params.id, actor),
);
