import { z } from "zod";
import type { AuditAction } from "../../lib/audit-record.ts";
import type { AuditRecord } from "../audit/audit.ts";
import type { Console } from "../console.ts";
import { isNotThere } from "../db/not-there.ts";
import { LibraryLines } from "./library-lines.ts";
import { clientAddress, refuseForeignOrigin } from "./origin.ts";
import { HttpError } from "./problem.ts";

const PREFIX = "/api/auth";
/** How the audit names what was done, and what was refused where that is worth keeping. */
interface Recorded {
	done: AuditAction;
	refused?: AuditAction;
	/** The line that is written with each of the library's statements (LibraryWrites). */
	lines: Record<string, AuditAction>;
}
/** What people use of better-auth. */
const RECORDED: Record<string, Recorded> = {
	"/sign-in/email": { done: "session.sign-in", refused: "session.sign-in-refused", lines: { "session.create": "session.sign-in" } },
	"/sign-out": { done: "session.sign-out", lines: { "session.deleteMany": "session.sign-out" } },
	"/revoke-other-sessions": {
		done: "session.end-others",
		refused: "session.end-others",
		lines: { "session.deleteMany": "session.end-others" },
	},
	// One request, two things done: who looks for either finds it.
	"/change-password": {
		done: "user.password-change",
		refused: "user.password-change",
		lines: { "session.deleteMany": "session.end-others", "account.update": "user.password-change" },
	},
};
const READABLE = ["/get-session", "/ok"];
const MOST_BODY_BYTES = 64 * 1024;

const signInSchema = z.object({ email: z.string().trim().toLowerCase().max(320) });
const sameAgainSchema = z
	.object({ currentPassword: z.string(), newPassword: z.string() })
	.refine(({ currentPassword, newPassword }) => currentPassword === newPassword);

/** Sign-in and sign-out by better-auth, recorded and limited by account. What nobody uses here does not exist. */
export async function authAnswer(console: Console, request: Request): Promise<Response> {
	const path = new URL(request.url).pathname.slice(PREFIX.length);
	if (request.method === "GET" && READABLE.includes(path)) return console.auth.handler(request);
	const recorded = RECORDED[path];
	if (request.method !== "POST" || !recorded) return refused(404, "NOT_FOUND");
	try {
		refuseForeignOrigin(request, console.origins);
	} catch (error) {
		if (error instanceof HttpError) return refused(error.status, "INVALID_ORIGIN");
		throw error;
	}
	const bytes = await boundedBody(request);
	if (!bytes) return refused(413, "TOO_LARGE");
	if (bytes.length > 0 && !isJson(request)) return refused(415, "UNSUPPORTED_MEDIA_TYPE");
	// Else a password that somebody handed over could be made one's own.
	if (path === "/change-password" && sameAgainSchema.safeParse(parsed(bytes)).success) return refused(400, "PASSWORD_SAME");
	const answer = () => recordedAnswer(console, request, path, recorded, bytes);
	// The library reads the account, takes its time over the password, then writes: a reset in between would be undone.
	return path === "/change-password" ? console.people.inTurn(answer) : answer();
}

async function recordedAnswer(
	console: Console,
	request: Request,
	path: string,
	recorded: Recorded,
	bytes: Uint8Array<ArrayBuffer>,
): Promise<Response> {
	const account = path === "/sign-in/email" ? accountOf(bytes) : null;
	// An attempt that names nobody would be neither counted nor recorded.
	if (path === "/sign-in/email" && account === null) return refused(400, "EMAIL_UNREADABLE");
	const waitS = account === null ? 0 : console.signInLimit.waitS(account);
	if (waitS > 0) return refused(429, "TOO_MANY_ATTEMPTS", { "x-retry-after": String(waitS), "retry-after": String(waitS) });
	const before = account === null ? await console.auth.api.getSession({ headers: request.headers }) : null;
	const known = account === null ? null : await knownAs(console, account);
	const person = before?.user ?? known;
	const name = before?.user.email ?? account ?? "";
	const line = (action: AuditAction, outcome: string): AuditRecord => ({
		actor: { id: outcome === "ok" ? (person?.id ?? null) : null, name, address: clientAddress(request) },
		action,
		...(person ? { target: { kind: "user" as const, id: person.id, name: person.email } } : {}),
		outcome,
	});
	const { db, audit } = console;
	const lines = new LibraryLines({
		audit,
		done: name ? recorded.lines : {},
		line: (action) => line(action, "ok"),
		beside: (action) => {
			// The library takes its time over the password: no session by one that was reset meanwhile.
			if (action === "session.sign-in")
				return (known?.accounts ?? []).map((where) => db.account.findFirstOrThrow({ where, select: { id: true } }));
			if (action !== "user.password-change" || !person) return [];
			return [db.user.update({ where: { id: person.id }, data: { givenPassword: false }, select: { id: true } })];
		},
	});
	const handed = new Request(request.url, { method: "POST", headers: request.headers, body: bytes });
	const answered = await console.libraryWrites.by(lines.writer, () => console.auth.handler(handed));
	const overtaken = account !== null && isNotThere(lines.failure);
	const response = overtaken ? refused(401, "INVALID_EMAIL_OR_PASSWORD") : answered;
	if (lines.failure !== null && response.ok) throw lines.failure;
	if (account !== null && response.ok) console.signInLimit.succeeded(account);
	if (account !== null && response.status === 401) console.signInLimit.failed(account);
	const action = response.ok ? recorded.done : recorded.refused;
	// What is done stays done, and its line says so, whatever failed after it.
	if (action && name && !lines.has(recorded.done)) await audit.record(line(action, response.ok ? "ok" : `http.${response.status}`));
	if (path === "/change-password" && response.ok) console.hub.publish({ type: "changed", what: "people" });
	if (response.ok && account === null) {
		// Whoever ends their other sessions with a new password is given a new one themselves.
		if (path === "/change-password" && before && endsOthers(bytes)) console.streams.renew(before.session.id);
		console.streams.checkSessions();
	}
	return response;
}

/** Whose account this is, and the password that opens it now. Null where there is none. */
function knownAs({ db }: Console, email: string) {
	const accounts = { where: { providerId: "credential" }, select: { id: true, password: true } };
	return db.user.findUnique({ where: { email }, select: { id: true, email: true, accounts } });
}

function endsOthers(bytes: Uint8Array): boolean {
	return z.object({ revokeOtherSessions: z.literal(true) }).safeParse(parsed(bytes)).success;
}

function accountOf(bytes: Uint8Array): string | null {
	return signInSchema.safeParse(parsed(bytes)).data?.email ?? null;
}

/** The library takes a sign-in as a form too, which nothing here reads. */
function isJson(request: Request): boolean {
	return request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() === "application/json";
}

/** As the library decodes it, which a byte order mark does not keep from reading. Null where it is no JSON: the library says so. */
function parsed(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder().decode(bytes));
	} catch {
		return null;
	}
}

async function boundedBody(request: Request): Promise<Uint8Array<ArrayBuffer> | null> {
	const pieces: Uint8Array[] = [];
	let length = 0;
	for await (const piece of request.body ?? []) {
		length += piece.length;
		if (length > MOST_BODY_BYTES) return null;
		pieces.push(piece);
	}
	return new Uint8Array(Buffer.concat(pieces));
}

function refused(status: number, code: string, headers: Record<string, string> = {}): Response {
	return Response.json({ code, message: code }, { status, headers: { "cache-control": "no-store", ...headers } });
}
