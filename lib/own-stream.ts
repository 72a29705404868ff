import { MOST_FOLLOWED_LOGS } from "./followed-logs.ts";
import type { Source, SourceListener } from "./stream-source.ts";

const AGAIN_MS = 2_000;

/** The part of EventSource that is used. */
interface Events {
	onmessage: ((event: { data: string }) => void) | null;
	onerror: (() => void) | null;
	/** 2 = closed for good: the browser will not try again by itself. */
	readonly readyState: number;
	close(): void;
}

interface OwnStreamPorts {
	events: () => Events;
	/** Answers the status; rejects where there is no answer. */
	request: (method: "GET" | "PUT", path: string, body?: object) => Promise<number>;
}

const PORTS: OwnStreamPorts = {
	events: () => new EventSource("/api/v1/stream") as Events,
	request: async (method, path, body) => {
		const headers = { "content-type": "application/json" };
		const sent = body ? { body: JSON.stringify(body), headers } : {};
		return (await fetch(path, { method, cache: "no-store", credentials: "same-origin", ...sent })).status;
	},
};

/** Opens a stream from the console for whoever calls it alone. */
export function openOwnStream(listener: SourceListener, ports: Partial<OwnStreamPorts> = {}): Source {
	return new OwnStream(listener, { ...PORTS, ...ports });
}

class OwnStream implements Source {
	readonly own = true;
	readonly #events: Events;
	/** Of the stream that is open now; a reconnect makes another. */
	#streamId: string | null = null;
	#wanted: readonly string[] = [];
	/** What that stream carries, as far as the console has confirmed it. */
	#carried: readonly string[] = [];
	#telling = false;
	#again: ReturnType<typeof setTimeout> | null = null;
	#closed = false;

	constructor(
		private readonly listener: SourceListener,
		private readonly ports: OwnStreamPorts,
	) {
		const events = ports.events();
		this.#events = events;
		events.onmessage = ({ data }) => {
			if (!this.#closed) this.#hear(data);
		};
		events.onerror = () => {
			if (this.#closed) return;
			this.#streamId = null;
			// The browser tries again by itself, unless the answer was not a stream (signed out, restarting behind a proxy).
			if (events.readyState === 2) void this.#findOutWhy();
			else this.listener.broken(false);
		};
	}

	follow(runIds: readonly string[]): void {
		this.#wanted = runIds.slice(-MOST_FOLLOWED_LOGS);
		this.#tell();
	}

	close(): void {
		this.#closed = true;
		this.#events.close();
		if (this.#again !== null) clearTimeout(this.#again);
	}

	#hear(data: string): void {
		const { type, streamId } = headOf(data);
		if (type === "session-ended") {
			// That of whoever opened it. The browser may have another by now: changing the password ends all and begins a new one.
			this.#events.close();
			this.#streamId = null;
			void this.#findOutWhy();
			return;
		}
		this.listener.message(data);
		if (type !== "hello" || streamId === null) return;
		this.#streamId = streamId;
		this.#carried = [];
		this.#tell();
	}

	/** Says which logs are wanted, one request at a time: the last word counts. */
	#tell(): void {
		if (this.#telling || this.#closed || this.#streamId === null || same(this.#wanted, this.#carried)) return;
		this.#telling = true;
		void this.#say(this.#streamId, this.#wanted);
	}

	/** Never rejects. */
	async #say(streamId: string, runIds: readonly string[]): Promise<void> {
		const status = await this.ports.request("PUT", `/api/v1/stream/${streamId}/logs`, { runIds }).catch(() => 0);
		this.#telling = false;
		if (this.#closed) return;
		if (status === 401) this.#signedOut();
		else if (streamId !== this.#streamId) this.#tell();
		else if (status === 200) {
			this.#carried = runIds;
			this.listener.following(runIds);
			this.#tell();
		}
		// The console has closed the stream, which is about to show.
		else if (status !== 404) this.#tellAgain();
	}

	#tellAgain(): void {
		if (this.#again !== null) clearTimeout(this.#again);
		this.#again = setTimeout(() => {
			this.#again = null;
			this.#tell();
		}, AGAIN_MS);
	}

	/** An event source does not say what it was answered. Never rejects. */
	async #findOutWhy(): Promise<void> {
		const status = await this.ports.request("GET", "/api/v1/me").catch(() => 0);
		if (this.#closed) return;
		if (status === 401) this.#signedOut();
		else this.listener.broken(true);
	}

	#signedOut(): void {
		this.close();
		this.listener.message(JSON.stringify({ type: "session-ended" }));
	}
}

function headOf(data: string): { type: unknown; streamId: string | null } {
	try {
		const { type, streamId } = JSON.parse(data) as { type?: unknown; streamId?: unknown };
		return { type, streamId: typeof streamId === "string" ? streamId : null };
	} catch {
		return { type: null, streamId: null };
	}
}

function same(one: readonly string[], other: readonly string[]): boolean {
	return one.length === other.length && one.every((id) => other.includes(id));
}
