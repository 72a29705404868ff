import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { checkServerIdentity } from "node:tls";
import type { ClusterAccess } from "./access.ts";
import { KubernetesError } from "./error.ts";
import { fromNetworkError } from "./network-error.ts";
import { fromStatus } from "./status-error.ts";

/** With other ways to the API, one that does not take a connection is given so long. */
const CONNECT_MS = 4_000;
/** So long what answered last is asked first; then the kubeconfig's own server gets its chance again. */
const KEEP_MS = 60_000;

/** Failures before a byte of the request was sent, and those of a read, leave it to be sent elsewhere. */
const NOT_THERE: ReadonlySet<string> = new Set(["cluster.unreachable", "cluster.refused", "cluster.dns", "cluster.timeout"]);
/** Reasons by which an alternative is no way to this cluster: another one's turn. */
const NOT_OURS: ReadonlySet<string> = new Set([
	...NOT_THERE,
	"cluster.tls-name-mismatch",
	"cluster.tls-unknown-ca",
	"cluster.tls",
	"cluster.not-kubernetes",
]);

/** Connections to one API server at a time; more calls wait their turn, within their own limit. */
const MAX_CONNECTIONS = 8;
/** A page of 500 nodes with their images is about 10 MB. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface TransportRequest {
	method: string;
	/** Absolute, below the access's server. */
	url: string;
	headers?: Record<string, string>;
	body?: string;
	/** Aborting it ends the request at once; its reason is what is thrown. */
	signal?: AbortSignal;
}

export interface TransportAnswer {
	status: number;
	headers: Record<string, string>;
	text: string;
}

/**
 * HTTP to one API server: one bounded pool of connections that are kept alive, TLS checked against the kubeconfig's
 * authority and names, credentials added. @kubernetes/client-node's own way opens a connection and an agent a request
 * and has no limit in time, so its calls go by here.
 */
export class Transport {
	readonly #access: ClusterAccess;
	readonly #agent: http.Agent;
	readonly #headers: Record<string, string>;
	readonly #expectedName: string;
	readonly #alternatives: () => readonly string[];
	/** Which other origin answered last, and when by a clock that never jumps; null while the kubeconfig's own does. */
	#elsewhere: { origin: string; sinceMs: number } | null = null;

	/** `alternatives`: origins of the same API, learnt from the API itself; asked where the kubeconfig's own server is not there. */
	constructor(access: ClusterAccess, alternatives: () => readonly string[] = () => []) {
		this.#access = access;
		this.#alternatives = alternatives;
		const credentials = access.credentials();
		const url = new URL(access.server);
		const host = url.hostname.replace(/^\[|\]$/g, "");
		const expectedName = access.tlsServerName ?? host;
		this.#expectedName = expectedName;
		const pool = {
			keepAlive: true,
			maxSockets: MAX_CONNECTIONS,
			maxTotalSockets: MAX_CONNECTIONS,
			maxFreeSockets: 2,
			scheduling: "lifo",
		} as const;
		this.#agent =
			url.protocol === "http:"
				? new http.Agent(pool)
				: new https.Agent({
						...pool,
						minVersion: "TLSv1.2",
						// Never left to NODE_TLS_REJECT_UNAUTHORIZED.
						rejectUnauthorized: true,
						ca: access.certificateAuthority ?? undefined,
						cert: credentials.clientCertificate?.certificate,
						key: credentials.clientCertificate?.key,
						// RFC 6066 allows names alone in SNI; the comparison below holds for addresses as well.
						servername: isIP(expectedName) === 0 ? expectedName : "",
						// Elsewhere the kubeconfig's name counts too, or the address that the API itself gave for that server.
						checkServerIdentity: (asked, certificate) => {
							const wrong = checkServerIdentity(expectedName, certificate);
							if (!wrong || !this.#alternatives().some((origin) => hostOf(origin) === asked)) return wrong;
							return checkServerIdentity(asked, certificate) && wrong;
						},
					});
		this.#headers = { "user-agent": "gantry", ...authorization(credentials) };
	}

	/** The origin that answers now: the kubeconfig's own, or another way to the same API. */
	get answering(): string {
		return this.#elsewhere?.origin ?? this.#access.server;
	}

	/** Sends one request. Throws KubernetesError for a failed connection and ApiRefusal for a status outside 200–299. */
	async request(request: TransportRequest): Promise<TransportAnswer> {
		const answer = await this.#somewhere(request);
		if (answer.status >= 200 && answer.status <= 299) return answer;
		const { pathname } = new URL(request.url);
		throw fromStatus({
			server: this.#access.server,
			method: request.method,
			path: pathname.slice(new URL(this.#access.server).pathname.replace(/\/$/, "").length),
			status: answer.status,
			body: answer.text,
			retryAfter: answer.headers["retry-after"],
		});
	}

	/** Ends every connection; requests under way fail. */
	close(): void {
		this.#agent.destroy();
	}

	/** By the kubeconfig's own server, else by each other way that is known; what is thrown is what its own server said. */
	async #somewhere(request: TransportRequest): Promise<TransportAnswer> {
		const others = this.#others();
		if (others.length === 0) return this.#twice(request);
		const last = this.#elsewhere;
		const first = last && performance.now() - last.sinceMs < KEEP_MS && others.includes(last.origin) ? last.origin : null;
		const order = [...(first ? [first] : []), null, ...others.filter((origin) => origin !== first)];
		let failure: unknown;
		for (const origin of order) {
			const sent = { begun: false };
			try {
				const answer = await this.#twice(request, origin, sent);
				if (origin === null) this.#elsewhere = null;
				else if (this.#elsewhere?.origin !== origin) this.#elsewhere = { origin, sinceMs: performance.now() };
				return answer;
			} catch (error) {
				if (origin === null || failure === undefined) failure = error;
				request.signal?.throwIfAborted();
				const codes = origin === null ? NOT_THERE : NOT_OURS;
				// What may have changed something there is not said again elsewhere.
				if (!(error instanceof KubernetesError && codes.has(error.code)) || (sent.begun && request.method !== "GET")) throw error;
			}
		}
		throw failure;
	}

	/** Other ways than the kubeconfig's; none where it leads through a proxy, by a path of its own. */
	#others(): string[] {
		const own = new URL(this.#access.server);
		return own.pathname === "/" && own.protocol === "https:" ? this.#alternatives().filter((origin) => origin !== own.origin) : [];
	}

	async #twice(request: TransportRequest, origin: string | null = null, sent?: { begun: boolean }): Promise<TransportAnswer> {
		const server = origin ?? this.#access.server;
		const asked = origin === null ? request : { ...request, url: `${origin}${request.url.slice(new URL(request.url).origin.length)}` };
		const first = await this.#once(asked, { server, sent });
		// A server closes idle connections whenever it likes; a read that met this is simply sent again, once.
		const answer = "stale" in first ? await this.#once(asked, { server, sent, again: true }) : first;
		if ("stale" in answer) throw new KubernetesError("cluster.unreachable", { server, reason: "ECONNRESET" });
		return answer;
	}

	#once(
		request: TransportRequest,
		{ server, sent, again = false }: { server: string; sent: { begun: boolean } | undefined; again?: boolean },
	): Promise<TransportAnswer | { stale: true }> {
		const { method, url, signal } = request;
		const body = request.body === undefined ? undefined : Buffer.from(request.body);
		return new Promise((resolve, reject) => {
			if (signal?.aborted) return reject(signal.reason);
			const headers = { ...request.headers, ...this.#headers, ...(body === undefined ? {} : { "content-length": String(body.length) }) };
			const outgoing = (url.startsWith("http:") ? http : https).request(url, { method, headers, agent: this.#agent });
			// A request that still waits for a connection tells of its end only when it gets one: the caller does not wait for that.
			const give = () => {
				outgoing.destroy();
				reject(signal?.reason);
			};
			let waiting: NodeJS.Timeout | undefined;
			const connected = () => {
				clearTimeout(waiting);
				if (sent) sent.begun = true;
			};
			if (sent) {
				outgoing.on("socket", (socket) => {
					if (!socket.connecting) return connected();
					waiting = setTimeout(
						() => outgoing.destroy(new KubernetesError("cluster.timeout", { server, timeoutMs: CONNECT_MS })),
						CONNECT_MS,
					);
					socket.once("secureConnect", connected);
				});
			}
			const end = (settle: () => void) => {
				clearTimeout(waiting);
				signal?.removeEventListener("abort", give);
				settle();
			};
			const fail = (error: unknown) =>
				end(() => {
					if (signal?.aborted) return reject(signal.reason);
					if (!again && method === "GET" && outgoing.reusedSocket && codeOf(error) === "ECONNRESET") return resolve({ stale: true });
					reject(fromNetworkError(error, { server, expectedName: this.#expectedName }));
				});
			signal?.addEventListener("abort", give, { once: true });
			outgoing.on("error", fail);
			outgoing.on("response", (incoming) => {
				const chunks: Buffer[] = [];
				let sizeBytes = 0;
				incoming.on("data", (chunk: Buffer) => {
					sizeBytes += chunk.length;
					if (sizeBytes > MAX_ANSWER_BYTES) {
						const error = new KubernetesError("cluster.answer-too-large", { server, limitBytes: MAX_ANSWER_BYTES });
						incoming.destroy(error);
						return;
					}
					chunks.push(chunk);
				});
				incoming.on("error", fail);
				incoming.on("end", () => {
					const answer = {
						status: incoming.statusCode ?? 0,
						headers: flat(incoming.headers),
						text: Buffer.concat(chunks).toString("utf8"),
					};
					end(() => resolve(answer));
				});
			});
			outgoing.end(body);
		});
	}
}

function hostOf(origin: string): string {
	return new URL(origin).hostname.replace(/^\[|\]$/g, "");
}

function authorization(credentials: ReturnType<ClusterAccess["credentials"]>): Record<string, string> {
	if (credentials.token !== undefined) return { authorization: `Bearer ${credentials.token}` };
	if (credentials.basic === undefined) return {};
	const { username, password } = credentials.basic;
	return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

function flat(headers: http.IncomingHttpHeaders): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
	);
}

function codeOf(error: unknown): unknown {
	return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
