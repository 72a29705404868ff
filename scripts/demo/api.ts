import type { z } from "zod";
import { approvalDigest, approvalState } from "../../lib/approval.ts";
import { migrationDetailSchema } from "../../lib/contracts/migration.ts";

interface Request {
	method?: "POST" | "PUT" | "PATCH";
	/** Sent as JSON, or as it is where it is bytes. */
	body?: unknown;
}

/** The console's HTTP API for a signed-in person. */
export class Api {
	#cookie = "";

	constructor(private readonly url: string) {}

	/** Throws where the console refuses. */
	async signIn(email: string, password: string): Promise<void> {
		const answer = await this.#ask("/api/auth/sign-in/email", { method: "POST", body: { email, password } });
		this.#cookie = answer.headers
			.getSetCookie()
			.map((one) => one.split(";")[0])
			.join("; ");
	}

	/** Asks a route below /api/v1. Throws, with the answer, where it is not what the contract says. */
	async call<Schema extends z.ZodType>(path: string, schema: Schema, request: Request = {}): Promise<z.output<Schema>> {
		return schema.parse(await (await this.#ask(`/api/v1${path}`, request)).json());
	}

	/** The same where the answer says nothing. */
	async tell(path: string, request: Request): Promise<void> {
		await this.#ask(`/api/v1${path}`, request);
	}

	/** Starts a planned migration as its review shows it now. */
	async start(migrationId: string): Promise<void> {
		const detail = await this.call(`/migrations/${migrationId}`, migrationDetailSchema);
		const digest = approvalDigest(approvalState(detail).subject);
		await this.tell(`/migrations/${migrationId}/start`, { method: "POST", body: { digest } });
	}

	/** The event stream, as it comes. */
	async stream(): Promise<ReadableStream<Uint8Array>> {
		const { body } = await this.#ask("/api/v1/stream", {});
		if (!body) throw new Error("the stream has no body");
		return body;
	}

	async #ask(path: string, { method, body }: Request): Promise<Response> {
		const bytes = body instanceof Uint8Array;
		const answer = await fetch(`${this.url}${path}`, {
			method: method ?? "GET",
			headers: {
				origin: this.url,
				...(this.#cookie ? { cookie: this.#cookie } : {}),
				...(body === undefined ? {} : { "content-type": bytes ? "application/octet-stream" : "application/json" }),
			},
			body: body === undefined ? null : bytes ? new Uint8Array(body) : JSON.stringify(body),
		});
		if (!answer.ok) throw new Error(`${method ?? "GET"} ${path}: ${answer.status} ${await answer.text()}`);
		return answer;
	}
}
