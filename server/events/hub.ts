import type { StreamMessage } from "../../lib/contracts/stream.ts";

export type StreamListener = (message: StreamMessage) => void;
type LogMessage = Extract<StreamMessage, { type: "log" }>;

/** Whether a listener wants the log text of that run. */
type FollowsLog = (runId: string) => boolean;

/**
 * Where the engine says what changed and every open browser hears it. In-process and forgetful: a wake-up, never the only way to know;
 * whoever was away reads the database.
 */
export class EventHub {
	readonly #listeners = new Map<StreamListener, FollowsLog>();
	/** Of the console's own parts, which are no browsers. */
	readonly #parts = new Set<StreamListener>();

	/** Never throws: whoever says that something changed has nothing to do with a browser that went away in the middle. */
	publish(message: StreamMessage): void {
		for (const listener of [...this.#parts, ...this.#listeners.keys()]) this.#tell(listener, message);
	}

	/** For a part of the console: it hears as a browser does, and does not count as one that has a page open. Returns how to end it. */
	attend(listener: StreamListener): () => void {
		this.#parts.add(listener);
		return () => this.#parts.delete(listener);
	}

	/** Log text, for those who follow this run's log. `make` is called where there is somebody. Never throws but by `make`. */
	publishLog(runId: string, make: () => LogMessage): void {
		const listeners = [...this.#listeners].filter(([, follows]) => follows(runId));
		if (listeners.length === 0) return;
		const message = make();
		for (const [listener] of listeners) this.#tell(listener, message);
	}

	/** Returns the function that ends the subscription. A listener that throws is heard no more. Log text comes only where `followsLog` says so. */
	subscribe(listener: StreamListener, followsLog: FollowsLog = () => false): () => void {
		this.#listeners.set(listener, followsLog);
		return () => this.#listeners.delete(listener);
	}

	get size(): number {
		return this.#listeners.size;
	}

	#tell(listener: StreamListener, message: StreamMessage): void {
		try {
			listener(message);
		} catch {
			this.#listeners.delete(listener);
			this.#parts.delete(listener);
		}
	}
}
