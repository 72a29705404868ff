import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";

const STREAM_PATH = "/api/v1/stream";
/** A heartbeat is written every 5 s: where nothing was for so long, the client has stopped reading. */
const STUCK_MS = 60_000;

/**
 * Breaks the connection of an event stream whose client takes nothing any more. The stream itself cannot: what waits to be sent to such
 * a client lies in the socket, which a route does not see, and would lie there for as long as the client keeps its side open. Returns how
 * to stop.
 */
export function dropStuckStreams(stuckMs = STUCK_MS): () => void {
	const onRequest = (message: unknown) => {
		const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
		if (request.method !== "GET" || request.url?.split("?")[0] !== STREAM_PATH) return;
		const { socket } = request;
		const drop = () => void socket.destroy();
		socket.setTimeout(stuckMs, drop);
		// The same connection may serve ordinary requests afterwards, which may take their time. Before Node sets the limit of an idle one.
		response.prependOnceListener("finish", () => {
			socket.setTimeout(0);
			socket.off("timeout", drop);
		});
	};
	subscribe("http.server.request.start", onRequest);
	return () => unsubscribe("http.server.request.start", onRequest);
}
