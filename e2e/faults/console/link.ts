import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What a line does to what it carries. */
export interface LineState {
	/** `refused`: nobody listens. `silent`: packets are dropped and nothing is closed. */
	way: "open" | "refused" | "silent";
	/** On the way there and back each, in milliseconds. */
	latencyMs: number;
	/** What becomes of one piece: how much later it comes, as TCP's repetition makes it of a lost packet. */
	lateByMs: () => number;
}

const SOUND: LineState = { way: "open", latencyMs: 0, lateByMs: () => 0 };

/** A TCP line in this process between a console and a server, which fails as lines do. */
export class Link {
	#state: LineState = SOUND;
	#server: Server | undefined;
	#port = 0;
	readonly #sockets = new Set<Socket>();
	/** Pieces that a silent line has taken: TCP repeats them once it carries again. */
	#held: (() => void)[] = [];

	private constructor(private readonly target: { address: string; port: number }) {}

	static async open(target: { address: string; port: number }): Promise<Link> {
		const link = new Link(target);
		await link.#listen();
		return link;
	}

	readonly address = "127.0.0.1";

	get port(): number {
		return this.#port;
	}

	/** Every connection ends with a reset; new ones are taken. */
	reset(): void {
		for (const socket of this.#sockets) socket.resetAndDestroy();
	}

	async become(change: Partial<LineState>): Promise<void> {
		this.#state = { ...this.#state, ...change };
		if (this.#state.way === "refused") {
			this.reset();
			await this.#stop();
		} else if (!this.#server) await this.#listen();
		if (this.#state.way === "open") for (const again of this.#held.splice(0)) again();
	}

	async heal(): Promise<void> {
		await this.become(SOUND);
	}

	async close(): Promise<void> {
		for (const socket of this.#sockets) socket.destroy();
		await this.#stop();
	}

	async #listen(): Promise<void> {
		const server = createServer({ noDelay: true }, (client) => this.#carry(client));
		server.listen(this.#port, this.address);
		await once(server, "listening");
		const bound: AddressInfo | string | null = server.address();
		this.#port = typeof bound === "object" && bound !== null ? bound.port : 0;
		this.#server = server;
	}

	async #stop(): Promise<void> {
		const server = this.#server;
		this.#server = undefined;
		if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
	}

	#carry(client: Socket): void {
		// Nothing answers on a silent line, not even a handshake; the kernel's own on loopback cannot be kept back.
		const server = connect({ host: this.target.address, port: this.target.port, noDelay: true });
		const both = [client, server] as const;
		for (const [here, there] of [both, [server, client] as const]) {
			this.#sockets.add(here);
			let lastMs = 0;
			here.on("data", (bytes) => {
				// In order, as TCP is: a late piece holds up those behind it.
				lastMs = Math.max(lastMs, performance.now() + this.#state.latencyMs + this.#state.lateByMs());
				this.#deliver(() => there.write(bytes), lastMs);
			});
			here.on("end", () => this.#deliver(() => there.end(), lastMs));
			here.on("error", () => there.resetAndDestroy());
			here.on("close", () => {
				this.#sockets.delete(here);
				// A silent line tells nobody of an end.
				this.#deliver(() => there.destroy(), lastMs);
			});
		}
	}

	#deliver(give: () => void, atMs: number): void {
		const now = () => {
			if (this.#state.way === "silent") this.#held.push(now);
			else give();
		};
		const afterMs = atMs - performance.now();
		if (afterMs <= 0) now();
		else setTimeout(now, afterMs);
	}
}
