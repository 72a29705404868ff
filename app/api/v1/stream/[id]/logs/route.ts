import { followedLogsSchema } from "@/lib/contracts/stream.ts";
import { idParams } from "@/server/http/parameters.ts";
import { HttpError } from "@/server/http/problem.ts";
import { route } from "@/server/http/route.ts";

/** Which runs' logs come along on a stream of this session. */
export const PUT = route({ params: idParams, body: followedLogsSchema }, async ({ console, sessionId, params, body }) => {
	if (!console.streams.follow(params.id, sessionId, body.runIds)) throw new HttpError(404, "stream.not-found");
	return {};
});
