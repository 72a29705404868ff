import type { OpenSource, Source } from "./stream-source.ts";

/** No message and no heartbeat for this long: the stream is taken for dead. */
const SILENCE_MS = 10_000;
const RECONNECT_MS = [1_000, 2_000, 5_000, 10_000] as const;

interface ConnectionListener {
	/** One message, as JSON. `afterGap`: others may have been missed before it. */
	message(data: string, afterGap: boolean): void;
	/** See SourceListener. */
	following(runIds: readonly string[]): void;
	/** Nothing has come for 10 s. The stream is being opened again. */
	silent(): void;
	/** The stream is given back until the tab is seen again. */
	suspended(): void;
}

/** Keeps a stream open: opens it again when it breaks or falls silent, and knows where something may have been missed. */
export class StreamConnection {
	#source: Source | null = null;
	#silence: ReturnType<typeof setTimeout> | null = null;
	#retry: ReturnType<typeof setTimeout> | null = null;
	#attempts = 0;
	#gap = false;
	#seen = true;
	#suspended = false;
	#runIds: readonly string[] = [];

	constructor(
		private readonly open: OpenSource,
		private readonly listener: ConnectionListener,
	) {}

	/** Opens the stream. Calling it again does nothing. */
	start(): void {
		if (this.#source === null && this.#retry === null && !this.#suspended) this.#connect();
	}

	/** Closes it; whoever starts it again afterwards begins anew. */
	stop(): void {
		this.#close();
		this.#attempts = 0;
		this.#gap = false;
		this.#suspended = false;
	}

	/** The runs whose logs are to come along, in place of those of the last call. */
	follow(runIds: readonly string[]): void {
		this.#runIds = runIds;
		this.#source?.follow(runIds);
	}

	/**
	 * Whether anybody looks. While nobody does, a stream that is not shared is given back: browsers open six connections to a host, for
	 * all tabs together.
	 */
	seen(yes: boolean): void {
		this.#seen = yes;
		if (!yes && this.#source?.own) this.#suspend();
		if (!yes || !this.#suspended) return;
		this.#suspended = false;
		this.#connect();
	}

	#connect(): void {
		this.#retry = null;
		let current = true;
		const hears = () => current && !this.#suspended;
		const source = this.open({
			message: (data) => hears() && this.#receive(data),
			following: (runIds) => hears() && this.listener.following(runIds),
			broken: (closed) => {
				if (!hears()) return;
				this.#gap = true;
				if (closed) this.#reconnect();
			},
		});
		this.#source = {
			own: source.own,
			follow: (runIds) => source.follow(runIds),
			close: () => {
				current = false;
				source.close();
			},
		};
		if (this.#runIds.length > 0) source.follow(this.#runIds);
		if (source.own && !this.#seen) this.#suspend();
		else this.#watchSilence();
	}

	#receive(data: string): void {
		this.#attempts = 0;
		this.#watchSilence();
		const gap = this.#gap;
		this.#gap = false;
		this.listener.message(data, gap);
	}

	#watchSilence(): void {
		if (this.#silence !== null) clearTimeout(this.#silence);
		this.#silence = setTimeout(() => {
			this.#silence = null;
			this.#gap = true;
			this.listener.silent();
			this.#reconnect();
		}, SILENCE_MS);
	}

	#reconnect(): void {
		this.#source?.close();
		this.#source = null;
		if (this.#retry !== null) return;
		const ms = RECONNECT_MS[Math.min(this.#attempts++, RECONNECT_MS.length - 1)] ?? 10_000;
		this.#retry = setTimeout(() => this.#connect(), ms);
	}

	#suspend(): void {
		this.#close();
		this.#gap = true;
		this.#suspended = true;
		this.listener.suspended();
	}

	#close(): void {
		this.#source?.close();
		this.#source = null;
		for (const timer of [this.#silence, this.#retry]) if (timer !== null) clearTimeout(timer);
		this.#silence = null;
		this.#retry = null;
	}
}
