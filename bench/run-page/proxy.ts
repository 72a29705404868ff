import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { StreamMessage } from "../../lib/contracts/stream.ts";

const STREAM = "/api/v1/stream";

interface ProxyOptions {
	port: number;
	/** Where the console listens. */
	target: number;
	/** Pages of the bench's own, by path. */
	pages: ReadonlyMap<string, string>;
}

/** In front of a console: what is asked passes, but the event stream is the bench's own, so that it says what comes and how fast. */
export class StreamProxy {
	readonly #open = new Set<ServerResponse>();
	readonly #server: Server;
	readonly #heartbeat: ReturnType<typeof setInterval>;

	private constructor(private readonly options: ProxyOptions) {
		this.#server = createServer((asked, answer) => this.#answer(asked, answer));
		this.#heartbeat = setInterval(() => this.send({ type: "heartbeat", now: new Date().toISOString() }), 5_000);
	}

	static async start(options: ProxyOptions): Promise<StreamProxy> {
		const proxy = new StreamProxy(options);
		await new Promise<void>((resolve, reject) => {
			proxy.#server.once("error", reject);
			proxy.#server.listen(options.port, "127.0.0.1", resolve);
		});
		return proxy;
	}

	/** To every stream that is open. */
	send(message: StreamMessage): void {
		for (const stream of this.#open) stream.write(`data: ${JSON.stringify(message)}\n\n`);
	}

	get streams(): number {
		return this.#open.size;
	}

	async close(): Promise<void> {
		clearInterval(this.#heartbeat);
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	#answer(asked: IncomingMessage, answer: ServerResponse): void {
		const path = (asked.url ?? "/").split("?")[0] ?? "/";
		const page = this.options.pages.get(path);
		if (page !== undefined) return void answer.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
		if (path === STREAM) return void this.#stream(answer);
		if (path.startsWith(`${STREAM}/`)) return void answer.writeHead(200, { "content-type": "application/json" }).end("{}");
		const { method, url, headers } = asked;
		const onward = request({ host: "127.0.0.1", port: this.options.target, method, path: url, headers }, (back) => {
			answer.writeHead(back.statusCode ?? 502, back.headers);
			back.pipe(answer);
		});
		onward.on("error", () => answer.destroy());
		asked.pipe(onward);
	}

	#stream(answer: ServerResponse): void {
		answer.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache, no-transform" });
		this.#open.add(answer);
		answer.on("close", () => this.#open.delete(answer));
		const hello = { type: "hello", now: new Date().toISOString(), bootId: "bench", streamId: "bench" } satisfies StreamMessage;
		answer.write(`data: ${JSON.stringify(hello)}\n\n`);
	}
}
