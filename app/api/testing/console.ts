import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "@/server/config.ts";
import { type Console, startConsole } from "@/server/console.ts";

export const ORIGIN = "http://127.0.0.1:3000";
export const ADMINISTRATOR = { email: "admin@gantry.local", password: "correct horse battery" };

type Handler = (request: Request, segment: { params: Promise<Record<string, string> | undefined> }) => Promise<Response>;

/** A console on a folder of its own, and requests to its routes as Next would make them. */
export interface TestConsole {
	console: Console;
	folder: string;
	/** Calls a route's handler; `body` is sent as JSON. */
	call(handler: Handler, path: string, options?: CallOptions): Promise<Response>;
	/** Returns the cookie. Each call comes from an address of its own, so that attempts are not counted together. */
	signIn(): Promise<string>;
	close(): Promise<void>;
}

interface CallOptions {
	method?: string;
	params?: Record<string, string>;
	body?: unknown;
	cookie?: string;
	headers?: Record<string, string>;
	signal?: AbortSignal;
}

export async function testConsole(env: Record<string, string> = {}): Promise<TestConsole> {
	const folder = mkdtempSync(join(tmpdir(), "gantry-console-"));
	const console = await startConsole(
		readConfig({ GANTRY_DATA_DIR: folder, GANTRY_LOG_LEVEL: "silent", GANTRY_ADMIN_PASSWORD: ADMINISTRATOR.password, ...env }),
	);
	const call: TestConsole["call"] = (handler, path, { method = "GET", params, body, cookie, headers, signal } = {}) =>
		handler(
			new Request(`${ORIGIN}${path}`, {
				method,
				headers: {
					...(method === "GET" ? {} : { origin: ORIGIN }),
					...(body === undefined ? {} : { "content-type": "application/json" }),
					...(cookie ? { cookie } : {}),
					"x-forwarded-for": "192.0.2.7",
					...headers,
				},
				body: body === undefined ? null : JSON.stringify(body),
				signal: signal ?? null,
			}),
			{ params: Promise.resolve(params) },
		);
	let visitors = 0;
	return {
		console,
		folder,
		call,
		async signIn() {
			const { POST } = await import("../auth/[...all]/route.ts");
			const response = await call(POST, "/api/auth/sign-in/email", {
				method: "POST",
				body: ADMINISTRATOR,
				headers: { "x-forwarded-for": `10.1.${++visitors >> 8}.${visitors & 255}` },
			});
			if (!response.ok) throw new Error(`sign-in was refused: ${response.status} ${await response.text()}`);
			return response.headers
				.getSetCookie()
				.map((one) => one.split(";")[0])
				.join("; ");
		},
		async close() {
			await console.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
