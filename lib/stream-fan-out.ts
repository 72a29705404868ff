import { StreamConnection } from "./stream-connection.ts";
import type { StreamPort, ToTab, ToWorker } from "./stream-port.ts";
import type { OpenSource } from "./stream-source.ts";

const PING_MS = 5_000;
/** A tab that was closed without a word, or is frozen by the browser. */
const GONE_MS = 60_000;
/** What a tab may be behind. It then reads again, which costs less than keeping all of it. Characters. */
const MOST_BEHIND = 8 * 1024 * 1024;

type Port = StreamPort<ToWorker, ToTab>;

interface Tab {
	runIds: ReadonlySet<string>;
	heardAt: number;
	behind: number;
}

/** One stream from the console for all tabs of a browser: each hears everything but the logs of runs that it does not show. */
export class FanOut {
	readonly #tabs = new Map<Port, Tab>();
	readonly #connection: StreamConnection;
	/** Runs whose logs come along for certain. */
	#carried: ReadonlySet<string> = new Set();
	/** While messages come: the console's last hello, and what it gave for the time when. */
	#hello: Record<string, unknown> | null = null;
	#told = { now: 0, at: 0 };
	#pinging: ReturnType<typeof setTimeout> | null = null;

	constructor(open: OpenSource) {
		this.#connection = new StreamConnection(open, {
			message: (data, afterGap) => this.#receive(data, afterGap),
			following: (runIds) => this.#carry(runIds),
			silent: () => {
				this.#hello = null;
			},
			suspended: () => {},
		});
	}

	/** Takes in a tab, by its port. */
	attach(port: Port): void {
		this.#tabs.set(port, { runIds: new Set(), heardAt: performance.now(), behind: 0 });
		port.onmessage = ({ data }) => this.#hear(port, data);
		this.#connection.start();
		port.postMessage({ kind: "attached" });
		// Where messages come already the tab need not wait for the next.
		if (this.#hello) {
			const now = new Date(this.#told.now + performance.now() - this.#told.at).toISOString();
			port.postMessage({ kind: "message", data: JSON.stringify({ ...this.#hello, now }) });
		}
		if (this.#pinging === null) this.#ping();
	}

	#hear(port: Port, message: ToWorker): void {
		const tab = this.#tabs.get(port);
		if (!tab) return;
		tab.heardAt = performance.now();
		switch (message.kind) {
			case "follow": {
				tab.runIds = new Set(message.runIds);
				const carried = message.runIds.filter((runId) => this.#carried.has(runId));
				if (carried.length > 0) port.postMessage({ kind: "following", runIds: carried });
				this.#follow();
				break;
			}
			case "alive":
				tab.behind = 0;
				break;
			case "bye":
				this.#leave(port);
				break;
			default:
				message satisfies never;
		}
	}

	#receive(data: string, afterGap: boolean): void {
		const message = parse(data);
		if (afterGap) for (const port of this.#tabs.keys()) port.postMessage({ kind: "gap" });
		if (message.type === "hello") {
			this.#hello = message;
			// A new stream carries no log until it is told to.
			this.#carried = new Set();
		}
		const now = typeof message.now === "string" ? Date.parse(message.now) : Number.NaN;
		if (!Number.isNaN(now)) this.#told = { now, at: performance.now() };
		for (const [port, tab] of [...this.#tabs]) {
			if (message.type === "log" && !tab.runIds.has(String(message.runId))) continue;
			tab.behind += data.length;
			if (tab.behind > MOST_BEHIND) this.#drop(port);
			else port.postMessage({ kind: "message", data });
		}
		// The next tab that comes may be somebody's who has signed in again.
		if (message.type === "session-ended") this.#stop();
	}

	#carry(runIds: readonly string[]): void {
		const before = this.#carried;
		this.#carried = new Set(runIds);
		for (const [port, tab] of this.#tabs) {
			const carried = runIds.filter((runId) => tab.runIds.has(runId) && !before.has(runId));
			if (carried.length > 0) port.postMessage({ kind: "following", runIds: carried });
		}
	}

	#follow(): void {
		this.#connection.follow([...new Set([...this.#tabs.values()].flatMap((tab) => [...tab.runIds]))]);
	}

	#ping(): void {
		this.#pinging = setTimeout(() => {
			const gone = performance.now() - GONE_MS;
			for (const [port, tab] of [...this.#tabs]) {
				if (tab.heardAt < gone) this.#drop(port);
				else port.postMessage({ kind: "ping" });
			}
			if (this.#tabs.size > 0) this.#ping();
		}, PING_MS);
	}

	#drop(port: Port): void {
		port.postMessage({ kind: "dropped" });
		this.#leave(port);
	}

	#leave(port: Port): void {
		this.#tabs.delete(port);
		port.close();
		this.#follow();
		if (this.#tabs.size > 0) return;
		this.#stop();
		if (this.#pinging !== null) clearTimeout(this.#pinging);
		this.#pinging = null;
	}

	#stop(): void {
		this.#connection.stop();
		this.#hello = null;
		this.#carried = new Set();
	}
}

function parse(data: string): Record<string, unknown> {
	try {
		const message: unknown = JSON.parse(data);
		return typeof message === "object" && message !== null ? (message as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}
