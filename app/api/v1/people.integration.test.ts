import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { PersonView } from "@/lib/contracts/person.ts";
import { alone, type Commit } from "@/server/db/commit.ts";
import { POST as auth } from "../auth/[...all]/route.ts";
import { ADMINISTRATOR, type TestConsole, testConsole } from "../testing/console.ts";
import { GET as audit } from "./audit/route.ts";
import { GET as me } from "./me/route.ts";
import { POST as reset } from "./people/[id]/reset-password/route.ts";
import { DELETE as remove } from "./people/[id]/route.ts";
import { POST as add, GET as list } from "./people/route.ts";

let test: TestConsole;
let cookie: string;
beforeAll(async () => {
	test = await testConsole();
	cookie = await test.signIn();
});
afterAll(() => test.close());

let visitor = 0;
const cookies = (response: Response) =>
	response.headers
		.getSetCookie()
		.map((one) => one.split(";")[0])
		.join("; ");
/** Each from an address of its own, so that attempts are not counted together. */
const from = () => ({ "x-forwarded-for": `198.51.100.${++visitor}` });
const enter = (email: string, password: string) =>
	test.call(auth, "/api/auth/sign-in/email", { method: "POST", body: { email, password }, headers: from() });
const change = (as: string, currentPassword: string, newPassword: string, more: object = {}) =>
	test.call(auth, "/api/auth/change-password", {
		method: "POST",
		body: { currentPassword, newPassword, ...more },
		cookie: as,
		headers: from(),
	});
const status = async (as: string) => (await test.call(me, "/api/v1/me", { cookie: as })).status;
const people = async (): Promise<PersonView[]> => (await (await test.call(list, "/api/v1/people", { cookie })).json()).people;
const make = (body: object, as = cookie) => test.call(add, "/api/v1/people", { method: "POST", cookie: as, body });
const drop = (id: string, as = cookie) => test.call(remove, `/api/v1/people/${id}`, { method: "DELETE", cookie: as, params: { id } });
const renew = (id: string, as = cookie) =>
	test.call(reset, `/api/v1/people/${id}/reset-password`, { method: "POST", cookie: as, body: {}, params: { id } });
const idOf = async (email: string) => (await people()).find((person) => person.email === email)?.id ?? "";

/** Added, signed in, with a password of their own. */
async function joined(name: string): Promise<{ id: string; as: string; email: string; own: string }> {
	const email = `${name.toLowerCase()}@example.com`;
	const { id, password } = await (await make({ name, email })).json();
	const first = cookies(await enter(email, password));
	const own = `${name} has one of their own`;
	expect((await change(first, password, own)).status).toBe(200);
	return { id, as: cookies(await enter(email, own)), email, own };
}

it("lists who may sign in", async () => {
	expect(await people()).toMatchObject([{ email: ADMINISTRATOR.email, sessions: 1, givenPassword: false, signedInAt: expect.any(String) }]);
});

it("adds a person, whose password is told once and opens nothing but the change to their own", async () => {
	const made = await (await make({ name: " Bo ", email: " Bo@Example.com " })).json();
	expect(made.password).toMatch(/^[\w-]{16}$/);
	expect((await people())[1]).toMatchObject({ id: made.id, name: "Bo", email: "bo@example.com", signedInAt: null, givenPassword: true });
	const entered = await enter("bo@example.com", made.password);
	expect(entered.status).toBe(200);
	const bo = cookies(entered);
	const refused = await test.call(list, "/api/v1/people", { cookie: bo });
	expect([refused.status, await refused.json()]).toMatchObject([403, { code: "http.password-change-needed" }]);
	const same = await change(bo, made.password, made.password);
	expect([same.status, await same.json()]).toMatchObject([400, { code: "PASSWORD_SAME" }]);
	expect(await status(bo)).toBe(403);
	expect((await change(bo, made.password, "one of my own, long")).status).toBe(200);
	expect(await status(bo)).toBe(200);
	expect((await people())[1]).toMatchObject({ givenPassword: false, sessions: 1, signedInAt: expect.any(String) });
	expect((await enter("bo@example.com", made.password)).status).toBe(401);
	expect(JSON.stringify(await test.console.db.auditEvent.findMany())).not.toContain(made.password);
});

it.each([
	["an address that is taken", { name: "Bo", email: "BO@example.com" }, 409, "people.email-taken"],
	["no address", { name: "Cy", email: "cy" }, 400, "http.invalid"],
	["no name", { name: " ", email: "cy@example.com" }, 400, "http.invalid"],
])("refuses %s", async (_, body, status, code) => {
	const before = (await people()).length;
	const response = await make(body);
	expect([response.status, await response.json()]).toMatchObject([status, { code }]);
	expect(await people()).toHaveLength(before);
});

it("resets a password: the old one and every session end at once", async () => {
	const di = await joined("Di");
	expect(await status(di.as)).toBe(200);
	let checked = 0;
	const stream = test.console.streams.open("any", { end: () => {}, check: () => void checked++ });
	const { password } = await (await renew(di.id)).json();
	stream.closed();
	expect(checked).toBe(1);
	expect(await status(di.as)).toBe(401);
	expect((await enter(di.email, di.own)).status).toBe(401);
	expect((await people()).find((person) => person.id === di.id)).toMatchObject({ sessions: 0, givenPassword: true });
	const again = cookies(await enter(di.email, password));
	expect(await status(again)).toBe(403);
});

it("hands out no password that opens nothing", async () => {
	const { db, people: accounts } = test.console;
	const [moe, own] = [await joined("Moe"), await idOf(ADMINISTRATOR.email)];
	const before = await people();
	const code = "inventory.not-found";
	// Gone between the look at it and the change.
	const meanwhile: Commit = async (writes) => {
		await db.account.deleteMany({ where: { userId: moe.id } });
		return alone(db)(writes);
	};
	await expect(accounts.resetPassword(moe.id, own, meanwhile)).rejects.toMatchObject({ code });
	const refused = await renew(moe.id);
	expect([refused.status, await refused.json()]).toMatchObject([404, { code }]);
	expect(await people()).toEqual(before);
	expect(await status(moe.as)).toBe(200);
	const lines = await db.auditEvent.findMany({ where: { action: "user.password-reset", targetId: moe.id }, select: { outcome: true } });
	expect(lines.map(({ outcome }) => outcome)).not.toContain("ok");
});

it("removes a person: every session ends at once, and nobody comes in by that account", async () => {
	const ed = await joined("Ed");
	let checked = 0;
	const stream = test.console.streams.open("any", { end: () => {}, check: () => void checked++ });
	expect((await drop(ed.id)).status).toBe(200);
	stream.closed();
	expect(checked).toBe(1);
	expect(await status(ed.as)).toBe(401);
	expect((await enter(ed.email, ed.own)).status).toBe(401);
	expect(await test.console.db.account.count({ where: { userId: ed.id } })).toBe(0);
	expect(await test.console.db.session.count({ where: { userId: ed.id } })).toBe(0);
	expect((await drop(ed.id)).status).toBe(404);
	expect((await renew(ed.id)).status).toBe(404);
});

/** Begins `meddle` while the library is at the person's password, and lets it go on once that is done or waits for its turn. */
async function whileChanging<T>(person: { as: string; own: string }, next: string, meddle: () => Promise<T>): Promise<[Response, T]> {
	const { password } = await test.console.auth.$context;
	const { verify } = password;
	const turns = vi.spyOn(test.console.people, "inTurn");
	let meddled: Promise<T> | null = null;
	const verifying = vi.spyOn(password, "verify").mockImplementationOnce(async (given) => {
		const before = turns.mock.calls.length;
		let over = false;
		meddled = meddle().finally(() => {
			over = true;
		});
		await vi.waitFor(() => expect(over || turns.mock.calls.length > before).toBe(true), { timeout: 60_000 });
		return verify(given);
	});
	const changed = await change(person.as, person.own, next, { revokeOtherSessions: true });
	verifying.mockRestore();
	turns.mockRestore();
	if (!meddled) throw new Error("the password was not looked at");
	return [changed, await meddled];
}

it("is not undone, a reset that comes while its person changes their password", async () => {
	const hal = await joined("Hal");
	const next = "what Hal would have had";
	const [changed, reset] = await whileChanging(hal, next, async () => (await renew(hal.id)).json());
	expect(await status(hal.as)).toBe(401);
	expect(await status(cookies(changed))).toBe(401);
	expect((await people()).find(({ id }) => id === hal.id)).toMatchObject({ sessions: 0, givenPassword: true });
	for (const old of [hal.own, next]) expect((await enter(hal.email, old)).status).toBe(401);
	expect(await status(cookies(await enter(hal.email, reset.password)))).toBe(403);
});

it("opens nothing by a password that is reset while somebody signs in with it", async () => {
	const { id, email, own } = await joined("Una");
	const { audit, db } = test.console;
	const commit = audit.commit.bind(audit);
	// The library has looked at the password, and is about to write the session.
	const late = vi.spyOn(audit, "commit").mockImplementationOnce(async (...given) => {
		expect((await renew(id)).status).toBe(200);
		return commit(...given);
	});
	const entered = await enter(email, own);
	late.mockRestore();
	expect([entered.status, entered.headers.getSetCookie()]).toEqual([401, []]);
	expect(await db.session.count({ where: { userId: id } })).toBe(0);
	expect((await db.auditEvent.findMany({ where: { action: "session.sign-in-refused" } })).at(-1)).toMatchObject({ actorName: email });
});

it("leaves nothing of a person who is removed while they change their password", async () => {
	const ida = await joined("Ida");
	const [changed, removed] = await whileChanging(ida, "what Ida would have had", () => drop(ida.id));
	expect([changed.status, removed.status]).toEqual([200, 200]);
	expect(await status(cookies(changed))).toBe(401);
	expect(await test.console.db.session.count({ where: { userId: ida.id } })).toBe(0);
	expect(await test.console.db.account.count({ where: { userId: ida.id } })).toBe(0);
});

it("lets nobody remove or reset themselves", async () => {
	const own = await idOf(ADMINISTRATOR.email);
	for (const response of [await drop(own), await renew(own)])
		expect([response.status, await response.json()]).toMatchObject([409, { code: "people.oneself" }]);
	expect(await status(cookie)).toBe(200);
});

it("leaves one, where two remove each other in the same moment", async () => {
	const [flo, gus] = [await joined("Flo"), await joined("Gus")];
	const before = await people();
	const results = await Promise.all(
		[test.console.people.remove(flo.id, gus.id), test.console.people.remove(gus.id, flo.id)].map((one) =>
			one.then(
				() => true,
				() => false,
			),
		),
	);
	expect(results.filter(Boolean)).toHaveLength(1);
	expect(await people()).toHaveLength(before.length - 1);
});

it("keeps on record who did it to whom", async () => {
	const { events } = await (await test.call(audit, "/api/v1/audit?limit=500", { cookie })).json();
	const of = (action: string) =>
		(events as { action: string; outcome: string; targetName: string; actorName: string; values: object }[])
			.filter((event) => event.action === action)
			.map(({ outcome, targetName, actorName, values }) => ({ outcome, targetName, actorName, values }));
	expect(of("user.add")).toContainEqual({
		outcome: "ok",
		targetName: "bo@example.com",
		actorName: ADMINISTRATOR.email,
		values: { name: "Bo" },
	});
	expect(of("user.add")).toContainEqual(expect.objectContaining({ outcome: "people.email-taken" }));
	expect(of("user.remove")).toContainEqual(expect.objectContaining({ outcome: "ok", targetName: "ed@example.com" }));
	expect(of("user.remove")).toContainEqual(expect.objectContaining({ outcome: "people.oneself" }));
	expect(of("user.password-reset")).toContainEqual(expect.objectContaining({ outcome: "ok", targetName: "di@example.com" }));
});
