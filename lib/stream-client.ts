import type { StreamMessage } from "./contracts/stream.ts";
import { StreamConnection } from "./stream-connection.ts";
import { streamMessage } from "./stream-message.ts";
import type { OpenSource } from "./stream-source.ts";

/**
 * "live": messages arrive. "polling": none for 10 s, so lists are read again every few seconds. "offline": the server does
 * not answer at all. "connecting": the first seconds of a page.
 */
export type LiveState = "connecting" | "live" | "polling" | "offline";

type Type = StreamMessage["type"];
type Of<T extends Type> = Extract<StreamMessage, { type: T }>;

interface LogListener {
	piece(message: Of<"log">): void;
	/** From here on no piece is missed that a plain read does not give. Comes again after each gap. */
	caughtUp(): void;
}

/**
 * What a tab hears of the console. Everybody on the page listens through it. Messages say what is, not what changed, so a lost one does
 * no harm; after a gap listeners of `onRecovered` read again.
 */
export class StreamClient {
	readonly #connection: StreamConnection;
	readonly #listeners = new Map<Type, Set<(message: never) => void>>();
	readonly #logs = new Map<string, Set<LogListener>>();
	readonly #stateListeners = new Set<() => void>();
	readonly #recoveredListeners = new Set<() => void>();
	#state: LiveState = "connecting";
	#bootId: string | null = null;

	constructor(open: OpenSource) {
		this.#connection = new StreamConnection(open, {
			message: (data, afterGap) => this.#receive(data, afterGap),
			following: (runIds) => {
				for (const runId of runIds) for (const listener of [...(this.#logs.get(runId) ?? [])]) listener.caughtUp();
			},
			silent: () => {
				if (this.#state !== "offline") this.#become("polling");
			},
			suspended: () => this.#become("connecting"),
		});
	}

	get state(): LiveState {
		return this.#state;
	}

	/** Opens the stream. Calling it again does nothing. */
	start(): void {
		this.#connection.start();
	}

	stop(): void {
		this.#connection.stop();
		this.#become("connecting");
	}

	/** Whether anybody looks at this tab: see StreamConnection. */
	seen(yes: boolean): void {
		this.#connection.seen(yes);
	}

	/** Calls `listener` with every message of that type. Returns how to stop. */
	subscribe<T extends Exclude<Type, "log">>(type: T, listener: (message: Of<T>) => void): () => void {
		const listeners = this.#listeners.get(type) ?? new Set();
		this.#listeners.set(type, listeners);
		listeners.add(listener);
		return () => listeners.delete(listener);
	}

	/** Has the run's log text come along. Returns how to stop. */
	followLog(runId: string, listener: LogListener): () => void {
		const listeners = this.#logs.get(runId) ?? new Set();
		listeners.add(listener);
		if (!this.#logs.has(runId)) {
			this.#logs.set(runId, listeners);
			this.#connection.follow([...this.#logs.keys()]);
		}
		return () => {
			listeners.delete(listener);
			if (listeners.size > 0 || this.#logs.get(runId) !== listeners) return;
			this.#logs.delete(runId);
			this.#connection.follow([...this.#logs.keys()]);
		};
	}

	onState(listener: () => void): () => void {
		this.#stateListeners.add(listener);
		return () => this.#stateListeners.delete(listener);
	}

	/** Called when messages come again after a gap, or from a server that was started anew: read what you show again. */
	onRecovered(listener: () => void): () => void {
		this.#recoveredListeners.add(listener);
		return () => this.#recoveredListeners.delete(listener);
	}

	/** Whether the last ordinary request was answered: tells a silent stream from a server that is gone. */
	reachable(yes: boolean): void {
		if (yes && this.#state === "offline") this.#become("polling");
		if (!yes && this.#state === "polling") this.#become("offline");
	}

	#receive(data: string, afterGap: boolean): void {
		const message = streamMessage(data);
		let recovered = afterGap;
		this.#become("live");
		if (message?.type === "hello") {
			if (this.#bootId !== null && this.#bootId !== message.bootId) recovered = true;
			this.#bootId = message.bootId;
		}
		if (recovered) for (const listener of [...this.#recoveredListeners]) listener();
		// A message of a newer server: a heartbeat to us.
		if (message) this.#tell(message);
	}

	#tell(message: StreamMessage): void {
		// There is nothing to come for whoever is signed out.
		if (message.type === "session-ended") this.stop();
		if (message.type === "log") {
			for (const listener of [...(this.#logs.get(message.runId) ?? [])]) listener.piece(message);
			return;
		}
		const listeners = this.#listeners.get(message.type) as Set<(message: StreamMessage) => void> | undefined;
		if (listeners) for (const listener of [...listeners]) listener(message);
	}

	#become(state: LiveState): void {
		if (this.#state === state) return;
		this.#state = state;
		for (const listener of this.#stateListeners) listener();
	}
}
