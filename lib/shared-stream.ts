import { openOwnStream } from "./own-stream.ts";
import type { StreamPort, ToTab, ToWorker } from "./stream-port.ts";
import type { OpenSource, Source, SourceListener } from "./stream-source.ts";

/** For its script to be loaded and to say its first word. */
const ATTACH_MS = 8_000;
/** The worker is told of so much that was taken, without waiting for it to ask. Characters. */
const TAKEN = 1024 * 1024;

/** The part of SharedWorker that is used. */
export interface StreamWorker {
	onerror: (() => void) | null;
	readonly port: StreamPort<ToTab, ToWorker>;
}

interface SharedStreamPorts {
	/** Null where the browser has no such workers. */
	worker: () => StreamWorker | null;
	own: OpenSource;
	/** Calls `leave` when the page goes away. Returns how to stop. */
	onLeave: (leave: () => void) => () => void;
}

const PORTS: SharedStreamPorts = {
	worker: () =>
		typeof SharedWorker === "undefined"
			? null
			: (new SharedWorker(new URL("./stream-worker.ts", import.meta.url), { name: "gantry-stream" }) as unknown as StreamWorker),
	own: openOwnStream,
	onLeave: (leave) => {
		window.addEventListener("pagehide", leave);
		return () => window.removeEventListener("pagehide", leave);
	},
};

/**
 * How this tab opens the stream: the one that all tabs of the browser share, or one of its own where the browser has no shared workers, or
 * has one that does not work.
 */
export function streamOpener(given: Partial<SharedStreamPorts> = {}): OpenSource {
	const ports = { ...PORTS, ...given };
	let usable = true;
	const giveUp = () => {
		usable = false;
	};
	return (listener) => {
		const worker = usable ? workerOf(ports) : null;
		return worker ? new SharedStream(worker, listener, ports, giveUp) : ports.own(listener);
	};
}

/** A browser may know shared workers and refuse them by a setting. */
function workerOf(ports: SharedStreamPorts): StreamWorker | null {
	try {
		return ports.worker();
	} catch {
		return null;
	}
}

class SharedStream implements Source {
	readonly own = false;
	readonly #port: StreamWorker["port"];
	readonly #stopLeaving: () => void;
	#attaching: ReturnType<typeof setTimeout> | null;
	#taken = 0;

	constructor(
		worker: StreamWorker,
		private readonly listener: SourceListener,
		ports: SharedStreamPorts,
		giveUp: () => void,
	) {
		const fail = () => {
			if (this.#attaching === null) return;
			giveUp();
			this.close();
			listener.broken(true);
		};
		this.#attaching = setTimeout(fail, ATTACH_MS);
		// Its script cannot be loaded: the console was replaced by another build, or a policy forbids it.
		worker.onerror = fail;
		this.#port = worker.port;
		this.#port.onmessage = ({ data }) => this.#hear(data);
		this.#stopLeaving = ports.onLeave(() => {
			this.close();
			// For a page that the browser keeps and shows again.
			listener.broken(true);
		});
	}

	follow(runIds: readonly string[]): void {
		this.#port.postMessage({ kind: "follow", runIds });
	}

	close(): void {
		this.#attached();
		this.#stopLeaving();
		this.#port.onmessage = null;
		this.#port.postMessage({ kind: "bye" });
		this.#port.close();
	}

	#attached(): void {
		if (this.#attaching !== null) clearTimeout(this.#attaching);
		this.#attaching = null;
	}

	#alive(): void {
		this.#taken = 0;
		this.#port.postMessage({ kind: "alive" });
	}

	#hear(message: ToTab): void {
		switch (message.kind) {
			case "attached":
				this.#attached();
				break;
			case "message":
				this.#taken += message.data.length;
				if (this.#taken > TAKEN) this.#alive();
				this.listener.message(message.data);
				break;
			case "following":
				this.listener.following(message.runIds);
				break;
			case "gap":
				this.listener.broken(false);
				break;
			case "ping":
				this.#alive();
				break;
			case "dropped":
				this.listener.broken(true);
				break;
			default:
				message satisfies never;
		}
	}
}
