import { randomUUID } from "node:crypto";

interface StreamCalls {
	/** Closes it: another takes its place. */
	end(): void;
	/** Asks now whether its session still holds. */
	check(): void;
}

interface OpenStream extends StreamCalls {
	sessionId: string;
	runIds: ReadonlySet<string>;
}

/** A session is a browser, whose tabs share one stream, or have one each while they are seen. */
export const MOST_STREAMS_PER_SESSION = 12;

/** The event streams that are open: whose they are, and which logs they carry. */
export class OpenStreams {
	/** In the order of their opening. */
	readonly #streams = new Map<string, OpenStream>();

	get size(): number {
		return this.#streams.size;
	}

	/**
	 * Takes in a stream. Where the session has too many, its oldest is ended: connections that a network lost stay open here for long,
	 * and must not keep the living ones out.
	 */
	open(sessionId: string, calls: StreamCalls): { id: string; follows(runId: string): boolean; closed(): void } {
		const own = [...this.#streams.values()].filter((stream) => stream.sessionId === sessionId);
		for (const stream of own.slice(0, Math.max(0, own.length - MOST_STREAMS_PER_SESSION + 1))) stream.end();
		const id = randomUUID();
		const stream: OpenStream = { ...calls, sessionId, runIds: new Set() };
		this.#streams.set(id, stream);
		return { id, follows: (runId) => stream.runIds.has(runId), closed: () => void this.#streams.delete(id) };
	}

	/** From now on the stream carries the logs of these runs and no others. False where the session has no such stream open. */
	follow(id: string, sessionId: string, runIds: readonly string[]): boolean {
		const stream = this.#streams.get(id);
		if (stream?.sessionId !== sessionId) return false;
		stream.runIds = new Set(runIds);
		return true;
	}

	/** Closes the session's streams: another session takes its place, with which the browser comes again. */
	renew(sessionId: string): void {
		for (const stream of [...this.#streams.values()]) if (stream.sessionId === sessionId) stream.end();
	}

	/** Sessions have ended: every stream asks for its own, whose tabs then learn of it at once. */
	checkSessions(): void {
		for (const stream of [...this.#streams.values()]) stream.check();
	}
}
