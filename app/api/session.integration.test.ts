import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ADMINISTRATOR, ORIGIN, type TestConsole, testConsole } from "./testing/console.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Handler = Parameters<TestConsole["call"]>[0];

const folder = join("app", "api", "v1");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith("route.ts"));

async function handlers(file: string): Promise<[string, Handler][]> {
	const routes: Record<string, unknown> = await import(join("../..", folder, file));
	return METHODS.flatMap((method) => (typeof routes[method] === "function" ? [[method, routes[method] as Handler]] : []));
}

let test: TestConsole;
let cookie: string;
beforeAll(async () => {
	test = await testConsole();
	cookie = await test.signIn();
});
afterAll(() => test.close());

describe("every route under /api/v1", () => {
	it("is found by this test", () => {
		expect(files.length).toBeGreaterThan(25);
	});

	it.each(files)("%s answers 401 without a session, and 403 to another site's page", async (file) => {
		const params = { id: "x", action: "start" };
		const found = await handlers(file);
		expect(found).not.toEqual([]);
		for (const [method, handler] of found) {
			const without = await test.call(handler, "/api/v1/x", { method, params, ...(method === "GET" ? {} : { body: {} }) });
			expect([method, without.status, await without.json()]).toMatchObject([method, 401, { code: "http.no-session" }]);
			const forged = await test.call(handler, "/api/v1/x", { method, params, cookie: "gantry.session_token=abc.def" });
			expect([method, forged.status]).toEqual([method, 401]);
			if (method === "GET") continue;
			const foreign = await test.call(handler, "/api/v1/x", {
				method,
				params,
				cookie,
				body: {},
				headers: { origin: "https://evil.example" },
			});
			expect([method, foreign.status, await foreign.json()]).toMatchObject([method, 403, { code: "http.foreign-origin" }]);
		}
	});
});

describe("signing in", () => {
	const attempt = async (body: unknown, headers: Record<string, string> = {}) => {
		const { POST } = await import("./auth/[...all]/route.ts");
		return test.call(POST, "/api/auth/sign-in/email", { method: "POST", body, headers });
	};

	it("gives a session that says who it is", async () => {
		const { GET } = await import("./v1/me/route.ts");
		const response = await test.call(GET, "/api/v1/me", { cookie });
		expect(response.status).toBe(200);
		expect(await response.json()).toMatchObject({ user: { email: ADMINISTRATOR.email } });
	});

	it("marks the cookie so that scripts and other sites do not get it", async () => {
		const response = await attempt(ADMINISTRATOR);
		const cookie = response.headers.getSetCookie().find((one) => one.includes("session_token"));
		expect(cookie).toMatch(/HttpOnly/i);
		expect(cookie).toMatch(/SameSite=Lax/i);
	});

	it("records who came in and who did not, and from where", async () => {
		await attempt({ ...ADMINISTRATOR, password: "wrong password" });
		const { events } = await test.console.audit.list({ limit: 500 });
		expect(events.find((event) => event.action === "session.sign-in")).toMatchObject({
			actorName: ADMINISTRATOR.email,
			address: "192.0.2.7",
			outcome: "ok",
		});
		expect(events.find((event) => event.action === "session.sign-in-refused")).toMatchObject({ actorId: null, outcome: "http.401" });
		expect(JSON.stringify(events)).not.toContain("wrong password");
	});

	it("ends with signing out", async () => {
		const { POST } = await import("./auth/[...all]/route.ts");
		const { GET } = await import("./v1/me/route.ts");
		const cookie = await test.signIn();
		const out = await test.call(POST, "/api/auth/sign-out", { method: "POST", body: {}, cookie });
		expect(out.status).toBe(200);
		expect((await test.call(GET, "/api/v1/me", { cookie })).status).toBe(401);
	});

	it("lets nobody sign up, and shows no further route of the library", async () => {
		const { GET, POST } = await import("./auth/[...all]/route.ts");
		const body = { email: "eve@example.com", password: "long enough password", name: "Eve" };
		expect((await test.call(POST, "/api/auth/sign-up/email", { method: "POST", body })).status).toBe(404);
		expect((await test.call(GET, "/api/auth/list-sessions")).status).toBe(404);
		expect(await test.console.db.user.count()).toBe(1);
	});

	it("changes one's own password, ends the sessions elsewhere if asked, and records both", async () => {
		const { POST } = await import("./auth/[...all]/route.ts");
		const { GET } = await import("./v1/me/route.ts");
		const post = (path: string, body: unknown, cookie?: string) => test.call(POST, `/api/auth/${path}`, { method: "POST", body, cookie });
		const alive = async (cookie: string) => (await test.call(GET, "/api/v1/me", { cookie })).status === 200;
		const [here, elsewhere] = [await test.signIn(), await test.signIn()];
		const next = "another correct horse";
		const wrong = await post("change-password", { currentPassword: "not it at all", newPassword: next }, here);
		expect([wrong.status, await wrong.json()]).toMatchObject([400, { code: "INVALID_PASSWORD" }]);
		const short = await post("change-password", { currentPassword: ADMINISTRATOR.password, newPassword: "short" }, here);
		expect([short.status, await short.json()]).toMatchObject([400, { code: "PASSWORD_TOO_SHORT" }]);
		expect((await post("change-password", { currentPassword: ADMINISTRATOR.password, newPassword: next })).status).toBe(401);

		const ended = await post("revoke-other-sessions", {}, here);
		expect(ended.status).toBe(200);
		expect([await alive(here), await alive(elsewhere), await alive(cookie)]).toEqual([true, false, false]);

		const change = { currentPassword: ADMINISTRATOR.password, newPassword: next, revokeOtherSessions: true };
		const changed = await post("change-password", change, here);
		expect(changed.status).toBe(200);
		const renewed = changed.headers
			.getSetCookie()
			.map((one) => one.split(";")[0])
			.join("; ");
		expect([await alive(renewed), await alive(here)]).toEqual([true, false]);
		expect((await attempt(ADMINISTRATOR, { "x-forwarded-for": "198.51.100.201" })).status).toBe(401);
		expect((await attempt({ ...ADMINISTRATOR, password: next }, { "x-forwarded-for": "198.51.100.202" })).status).toBe(200);
		const back = { currentPassword: next, newPassword: ADMINISTRATOR.password };
		expect((await post("change-password", back, renewed)).status).toBe(200);

		const { events } = await test.console.audit.list({ limit: 500 });
		const of = (action: string) => events.filter((event) => event.action === action).map(({ outcome, actorName }) => [outcome, actorName]);
		const { email } = ADMINISTRATOR;
		expect(of("user.password-change").toReversed()).toEqual([
			["http.400", email],
			["http.400", email],
			["ok", email],
			["ok", email],
		]);
		expect(of("session.end-others")).toEqual([
			["ok", email],
			["ok", email],
		]);
		expect(JSON.stringify(events)).not.toContain(next);
		cookie = await test.signIn();
	});

	it("refuses a page of another site", async () => {
		const response = await attempt(ADMINISTRATOR, { origin: "https://evil.example" });
		expect(response.status).toBe(403);
	});

	it("makes an account wait after ten wrong passwords, wherever they come from", async () => {
		const other = { email: "somebody@example.com", password: "wrong password" };
		for (let index = 0; index < 10; index++) {
			expect((await attempt(other, { "x-forwarded-for": `198.51.100.${index}` })).status).toBe(401);
		}
		const eleventh = await attempt(other, { "x-forwarded-for": "198.51.100.99" });
		expect(eleventh.status).toBe(429);
		expect(Number(eleventh.headers.get("x-retry-after"))).toBeGreaterThan(0);
		expect((await attempt(ADMINISTRATOR, { "x-forwarded-for": "198.51.100.100" })).status).toBe(200);
	});

	describe("by a body that is not plain JSON", () => {
		/** As `attempt`, with these very bytes. */
		const send = async (path: string, body: string, headers: Record<string, string>) => {
			const { POST } = await import("./auth/[...all]/route.ts");
			const url = `${ORIGIN}/api/auth/${path}`;
			return POST(new Request(url, { method: "POST", headers: { origin: ORIGIN, ...headers }, body }));
		};
		const recorded = async (name: string) =>
			(await test.console.audit.list({ limit: 500 })).events.filter(({ actorName }) => actorName === name).map(({ outcome }) => outcome);

		it.each([
			["a form", "application/x-www-form-urlencoded", new URLSearchParams(ADMINISTRATOR).toString(), 415, "UNSUPPORTED_MEDIA_TYPE"],
			["JSON that is said to be a form", "application/x-www-form-urlencoded", JSON.stringify(ADMINISTRATOR), 415, "UNSUPPORTED_MEDIA_TYPE"],
			["no JSON", "application/json", "email=admin", 400, "EMAIL_UNREADABLE"],
			["nobody's name", "application/json", JSON.stringify({ ...ADMINISTRATOR, email: ["admin@gantry.local"] }), 400, "EMAIL_UNREADABLE"],
			["nothing", "application/json", "", 400, "EMAIL_UNREADABLE"],
		])("refuses %s before a password is looked at", async (_, type, body, status, code) => {
			const response = await send("sign-in/email", body, { "content-type": type, "x-forwarded-for": "198.51.100.210" });
			expect([response.status, await response.json()]).toEqual([status, { code, message: code }]);
			expect(response.headers.getSetCookie()).toEqual([]);
		});

		it("counts and records an attempt behind a byte order mark as any other", async () => {
			const email = "marked@example.com";
			const body = `\uFEFF${JSON.stringify({ email, password: "wrong password" })}`;
			const statuses: number[] = [];
			for (let index = 0; index < 11; index++) {
				const headers = { "content-type": "application/json", "x-forwarded-for": `198.51.101.${index}` };
				statuses.push((await send("sign-in/email", body, headers)).status);
			}
			expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
			expect(await recorded(email)).toEqual(Array.from({ length: 10 }, () => "http.401"));
		});

		it("keeps nobody's handed-over password behind a byte order mark either", async () => {
			const { password } = ADMINISTRATOR;
			const body = `\uFEFF${JSON.stringify({ currentPassword: password, newPassword: password })}`;
			const response = await send("change-password", body, { "content-type": "application/json", cookie: await test.signIn() });
			expect([response.status, await response.json()]).toMatchObject([400, { code: "PASSWORD_SAME" }]);
		});
	});

	it("makes an address wait after ten attempts, whatever the account", async () => {
		const statuses: number[] = [];
		for (let index = 0; index < 11; index++) {
			const body = { email: `person${index}@example.com`, password: "wrong password" };
			statuses.push((await attempt(body, { "x-forwarded-for": "203.0.113.5" })).status);
		}
		expect(statuses.slice(0, 10).every((status) => status === 401)).toBe(true);
		expect(statuses[10]).toBe(429);
	});
});
