import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as auth from "../auth/[...all]/route.ts";
import { ADMINISTRATOR } from "../testing/console.ts";
import { WatchedConsole } from "../testing/watched-console.ts";

let watched: WatchedConsole;
beforeAll(async () => {
	watched = await WatchedConsole.start();
});
afterAll(() => watched.close());
beforeEach(() => watched.forget());

describe("the library of the sign-in", () => {
	const PASSWORD = "another correct horse";
	let visitors = 0;
	const post = (path: string, body: object, from?: string) =>
		watched.test.call(auth.POST, `/api/auth/${path}`, {
			method: "POST",
			body,
			...(from ? { cookie: from } : {}),
			headers: { "x-forwarded-for": `198.51.100.${++visitors}` },
		});
	const change = { currentPassword: ADMINISTRATOR.password, newPassword: PASSWORD, revokeOtherSessions: true };

	it.each<[string, (from: string) => Promise<Response>, string[]]>([
		["sign-in", () => post("sign-in/email", ADMINISTRATOR), ["session.sign-in"]],
		["sign-out", (from) => post("sign-out", {}, from), ["session.sign-out"]],
		["end of the other sessions", (from) => post("revoke-other-sessions", {}, from), ["session.end-others"]],
		["change of a password", (from) => post("change-password", change, from), ["user.password-change", "session.end-others"]],
	])("writes nothing without its line: %s", async (_, press, lines) => {
		const { db, audit } = watched;
		const froms = [await watched.test.signIn(), await watched.test.signIn(), await watched.test.signIn()];
		const accounts = await db.account.findMany();
		await db.auditEvent.deleteMany();
		const was = await watched.everything();
		const told = await watched.refusing(() => press(froms[0] ?? "").catch(() => null));
		expect(told?.ok ?? false).toBe(false);
		expect(await watched.everything()).toBe(was);
		expect((await audit.list({ outcome: "ok" })).events).toEqual([]);

		try {
			expect((await press(froms[0] ?? "")).status).toBe(200);
			expect(await watched.everything()).not.toBe(was);
			expect((await audit.list({ outcome: "ok" })).events.map(({ action }) => action)).toEqual(lines);
		} finally {
			for (const { id, password } of accounts) await db.account.update({ where: { id }, data: { password } });
		}
	});
});
