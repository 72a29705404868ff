import { EVENT_STREAM_HEADERS, eventStream } from "@/server/http/event-stream.ts";
import { route } from "@/server/http/route.ts";

/** The one event stream of a browser. */
export const GET = route({}, async ({ console, sessionId, request }) => {
	const { hub, streams, bootId, stopping, auth } = console;
	const allowed = async () => (await auth.api.getSession({ headers: request.headers }))?.session.id === sessionId;
	const options = { hub, streams, sessionId, bootId, gone: request.signal, stopping, allowed };
	return new Response(eventStream(options), { headers: EVENT_STREAM_HEADERS });
});
