import type { StreamMessage } from "../../lib/contracts/stream.ts";
import type { EventHub } from "../events/hub.ts";
import type { OpenStreams } from "../events/open-streams.ts";

export interface EventStreamOptions {
	hub: EventHub;
	streams: OpenStreams;
	sessionId: string;
	/** Of this start of the console. */
	bootId: string;
	/** The client is gone. */
	gone: AbortSignal;
	/** The console is about to end. */
	stopping: AbortSignal;
	/** Whether the session still holds. */
	allowed: () => Promise<boolean>;
	heartbeatMs?: number;
	recheckMs?: number;
	/** The browser connects again by itself afterwards. */
	lifetimeMs?: number;
	/** What a client may be behind before its stream is broken off: it then reads again, which costs less than keeping up. */
	maxBufferBytes?: number;
}

/**
 * The event stream of one browser: `hello`, then what the hub says, and a heartbeat every 5 s. Ends when the client is gone, the session
 * has ended or has too many streams, the console stops, or after an hour. Is broken off, and what waits in it dropped, when the client is
 * too slow.
 */
export function eventStream(options: EventStreamOptions): ReadableStream<Uint8Array> {
	const { hub, streams, sessionId, bootId, gone, stopping, allowed } = options;
	const { heartbeatMs = 5_000, recheckMs = 60_000, lifetimeMs = 3_600_000, maxBufferBytes = 4 * 1024 * 1024 } = options;
	const text = new TextEncoder();
	let close = () => {};
	return new ReadableStream<Uint8Array>(
		{
			start(controller) {
				const stream = streams.open(sessionId, { end: () => close(), check: () => check() });
				const timers = [
					setInterval(() => send({ type: "heartbeat", now: new Date().toISOString() }), heartbeatMs),
					setInterval(() => check(), recheckMs),
					setTimeout(() => close(), lifetimeMs),
				];
				let open = true;
				/** True the first time. */
				const leave = () => {
					if (!open) return false;
					open = false;
					for (const timer of timers) clearInterval(timer);
					unsubscribe();
					stream.closed();
					gone.removeEventListener("abort", close);
					stopping.removeEventListener("abort", close);
					return true;
				};
				close = () => {
					if (!leave()) return;
					try {
						controller.close();
					} catch {
						// The client cancelled it first.
					}
				};
				const check = () => {
					allowed().then(
						(yes) => {
							if (yes) return;
							send({ type: "session-ended" });
							close();
						},
						() => close(),
					);
				};
				const send = (message: StreamMessage) => {
					if (!open) return;
					controller.enqueue(text.encode(`data: ${JSON.stringify(message)}\n\n`));
					// An orderly end would keep all that waits until it is read; by this name Next takes it for a client that went away.
					if ((controller.desiredSize ?? 0) <= 0 && leave()) controller.error(new DOMException("the client is too slow", "AbortError"));
				};
				const unsubscribe = hub.subscribe(send, (runId) => stream.follows(runId));
				gone.addEventListener("abort", close);
				stopping.addEventListener("abort", close);
				// Browsers wait this long before they connect again.
				controller.enqueue(text.encode("retry: 1000\n\n"));
				send({ type: "hello", now: new Date().toISOString(), bootId, streamId: stream.id });
				if (gone.aborted || stopping.aborted) close();
			},
			cancel() {
				close();
			},
		},
		new ByteLengthQueuingStrategy({ highWaterMark: maxBufferBytes }),
	);
}

export const EVENT_STREAM_HEADERS = {
	"content-type": "text/event-stream; charset=utf-8",
	"cache-control": "no-cache, no-transform",
	"x-accel-buffering": "no",
} as const;
