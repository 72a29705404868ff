import { connect, createServer, type Server, type Socket } from "node:net";

const STREAM_REQUEST = "GET /api/v1/stream";

/**
 * A TCP proxy in front of a console that cuts event streams in the middle of a byte sequence, as a bad line would: each after so many
 * bytes of the answer, until the cuts are used up. All else passes.
 */
export class CuttingProxy {
	/** How many streams were cut so far. */
	cuts = 0;
	/** While true nobody answers whoever asks for a stream, and the connection stays open. */
	deaf = false;
	/** How many streams were asked for so far. */
	asked = 0;
	readonly #streams = new Set<Socket>();
	readonly #sockets = new Set<Socket>();
	readonly #server: Server;

	private constructor(
		readonly port: number,
		private readonly target: number,
		private readonly after: readonly number[],
	) {
		this.#server = createServer((client) => this.#carry(client));
	}

	/** `after`: for each cut, the bytes of the answer (with its head) that still pass. */
	static async start({ port, target, after }: { port: number; target: number; after: readonly number[] }): Promise<CuttingProxy> {
		const proxy = new CuttingProxy(port, target, after);
		await new Promise<void>((resolve, reject) => {
			proxy.#server.once("error", reject);
			proxy.#server.listen(port, "127.0.0.1", resolve);
		});
		return proxy;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	/** How many streams are open now. */
	get streams(): number {
		return this.#streams.size;
	}

	/** Cuts every stream that is open now, beside those that are to be cut anyway. */
	cutAll(): void {
		for (const socket of this.#streams) socket.destroy();
	}

	async close(): Promise<void> {
		for (const socket of this.#sockets) socket.destroy();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	#carry(client: Socket): void {
		const server = connect(this.target, "127.0.0.1");
		let left: number | null = null;
		const end = () => {
			client.destroy();
			server.destroy();
		};
		for (const socket of [client, server]) {
			this.#sockets.add(socket);
			socket.setNoDelay(true);
			socket.on("error", end);
			socket.on("close", () => {
				this.#sockets.delete(socket);
				this.#streams.delete(client);
				end();
			});
		}
		client.on("data", (bytes) => {
			if (bytes.includes(STREAM_REQUEST)) {
				this.asked += 1;
				this.#streams.add(client);
				left ??= this.after[this.cuts] ?? null;
				if (this.deaf) return;
			}
			server.write(bytes);
		});
		server.on("data", (bytes) => {
			if (left === null) return void client.write(bytes);
			if (bytes.length < left) {
				left -= bytes.length;
				return void client.write(bytes);
			}
			this.cuts += 1;
			// What was let through arrives before the end does.
			client.write(bytes.subarray(0, left), end);
			left = Number.MAX_SAFE_INTEGER;
		});
	}
}
