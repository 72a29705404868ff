/** What a tab tells the worker that holds the stream. */
export type ToWorker =
	| { kind: "follow"; runIds: readonly string[] }
	/** The answer to a ping: all that was sent before has been taken. */
	| { kind: "alive" }
	| { kind: "bye" };

/** What the worker tells a tab. */
export type ToTab =
	/** The first word: the worker works. */
	| { kind: "attached" }
	| { kind: "message"; data: string }
	/** Messages may have been missed before the next one. */
	| { kind: "gap" }
	| { kind: "following"; runIds: readonly string[] }
	| { kind: "ping" }
	/** The last word: the tab took nothing for too long. */
	| { kind: "dropped" };

/** The part of MessagePort that is used. */
export interface StreamPort<In, Out> {
	onmessage: ((event: { data: In }) => void) | null;
	postMessage(message: Out): void;
	close(): void;
}
