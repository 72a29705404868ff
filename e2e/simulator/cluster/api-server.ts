import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { type ApiAnswer, answerTo, failure } from "./api-routes.ts";
import type { Certificate } from "./certificates.ts";
import type { SimulatedCluster } from "./cluster.ts";

export interface ApiServerOptions {
	address: string;
	/** Where it is taken, or 0: a free one. */
	port: number;
	certificate: Certificate;
	token: string;
}

/** The small part of a Kubernetes API that a console, and `kubectl get nodes`, ask for. */
export class SimulatedApiServer {
	private readonly server: Server;

	private constructor(
		private readonly cluster: SimulatedCluster,
		private readonly options: ApiServerOptions,
	) {
		const { certificate, key } = options.certificate;
		this.server = createServer({ cert: certificate, key }, (request, response) => void this.serve(request, response));
	}

	static async listen(cluster: SimulatedCluster, options: ApiServerOptions): Promise<SimulatedApiServer> {
		const api = new SimulatedApiServer(cluster, options);
		const listen = (port: number) =>
			new Promise<void>((resolve, reject) => {
				api.server.once("error", reject);
				api.server.listen(port, options.address, () => {
					api.server.removeListener("error", reject);
					resolve();
				});
			});
		try {
			await listen(options.port);
		} catch (error) {
			if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
			await listen(0);
		}
		return api;
	}

	get url(): string {
		const bound: AddressInfo | string | null = this.server.address();
		return `https://${this.options.address}:${typeof bound === "object" && bound !== null ? bound.port : 0}`;
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise<void>((resolve) => this.server.close(() => resolve()));
	}

	private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { status, body } = await this.answer(request);
		const text = JSON.stringify(body);
		response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
		response.end(text);
	}

	private async answer(request: IncomingMessage): Promise<ApiAnswer> {
		const url = new URL(request.url ?? "/", "https://api");
		const open = ["/version", "/healthz", "/readyz", "/livez"].includes(url.pathname);
		if (!open && request.headers.authorization !== `Bearer ${this.options.token}`) return failure(401, "Unauthorized", "Unauthorized");
		const parts: Buffer[] = [];
		for await (const part of request) if (Buffer.isBuffer(part)) parts.push(part);
		let body: unknown;
		try {
			body = parts.length === 0 ? undefined : JSON.parse(Buffer.concat(parts).toString("utf8"));
		} catch {
			return failure(400, "BadRequest", "the object provided is unrecognized");
		}
		return answerTo(this.cluster, request.method ?? "GET", url, body);
	}
}
