import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { AuditAction } from "../../lib/audit-record.ts";
import type { AuditTargetKind, FieldChange } from "../../lib/contracts/audit.ts";
import type { Message } from "../../lib/contracts/finding.ts";
import type { Actor, AuditRecord } from "../audit/audit.ts";
import { DEVELOPMENT } from "../config.ts";
import { type Console, openConsole } from "../console.ts";
import type { Written } from "../db/commit.ts";
import type { Prisma } from "../db/generated/client.ts";
import { clientAddress, refuseForeignOrigin } from "./origin.ts";
import { HttpError, judge, toProblem } from "./problem.ts";

export interface Person {
	id: string;
	name: string;
	email: string;
}

/** What the audit keeps of a request beside who, when, from where and how it ended. */
export interface AuditNote {
	target?: { kind: AuditTargetKind; id: string; name: string; partOf?: string };
	values?: Message["values"];
	/** Before and after of what it changes, field by field. */
	changes?: readonly FieldChange[];
}

export interface RouteContext<P, Q, B> {
	console: Console;
	person: Person;
	/** Of their signing in with this browser. */
	sessionId: string;
	/** The person as the audit names them. */
	actor: Actor;
	params: P;
	query: Q;
	body: B;
	request: Request;
	/** Adds to what is recorded of this request; kept also where it then fails. */
	note(note: AuditNote): void;
	/**
	 * Writes a change in one transaction with this request's line in the audit, both or neither. `more` is noted in that line; `also` are
	 * further lines. Nothing else is recorded of the request then.
	 */
	commit<Writes extends readonly Prisma.PrismaPromise<unknown>[]>(
		writes: readonly [...Writes],
		more?: AuditNote,
		also?: readonly AuditRecord[],
	): Promise<Written<Writes>>;
}

interface RouteOptions<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType> {
	params?: P;
	query?: Q;
	/** Absent: a body is not read. */
	body?: B;
	/** Whole shape of the answer, checked in development: pages take it as it comes. Absent: the handler answers by itself, or with `{}`. */
	answer?: A;
	/** Recorded whether it succeeds or fails, once the input is understood; a success by `commit`, or after it. Absent: nothing is changed, or its service records it. */
	audit?: AuditAction | ((params: z.output<P>) => AuditAction);
	/** Recorded where it fails: what succeeds, its service records, or `commit` where anything is changed. */
	auditFailure?: AuditAction;
	/** Codes of refusals that are part of the ordinary work and are not recorded. */
	unrecorded?: readonly string[];
}

const SAFE = new Set(["GET", "HEAD"]);
const MOST_BODY_BYTES = 4 * 1024 * 1024;

/**
 * The one wrapper of every route under /api/v1: session, origin, input by zod, audit, errors as problem+json. A handler returns
 * what is sent as JSON, or a Response of its own.
 */
export function route<
	P extends z.ZodType = z.ZodObject,
	Q extends z.ZodType = z.ZodObject,
	B extends z.ZodType = z.ZodUndefined,
	A extends z.ZodType = z.ZodAny,
>(
	options: RouteOptions<P, Q, B, A>,
	handle: (context: RouteContext<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.output<A> | Response>,
) {
	return async (
		request: Request,
		segment: { params: Promise<Record<string, string | string[] | undefined> | undefined> },
	): Promise<Response> => {
		const requestId = randomUUID();
		const console = await openConsole();
		let note: AuditNote = {};
		let committed = false;
		let record: ((outcome: string) => Promise<unknown>) | null = null;
		try {
			if (!SAFE.has(request.method)) refuseForeignOrigin(request, console.origins);
			const session = await console.auth.api.getSession({ headers: request.headers });
			if (!session) throw new HttpError(401, "http.no-session");
			const { id, name, email, givenPassword } = session.user;
			if (givenPassword) throw new HttpError(403, "http.password-change-needed");
			const params = understood(options.params, (await segment.params) ?? {}) as z.output<P>;
			const query = understood(options.query, Object.fromEntries(new URL(request.url).searchParams)) as z.output<Q>;
			const body = (options.body ? understood(options.body, await readJson(request)) : undefined) as z.output<B>;
			const actor: Actor = { id, name: email, address: clientAddress(request) };
			const { audit, auditFailure } = options;
			const action = typeof audit === "function" ? audit(params) : (audit ?? auditFailure);
			if (action) record = (outcome) => console.audit.record({ actor, action, outcome, ...note });
			const result = await handle({
				console,
				person: { id, name, email },
				sessionId: session.session.id,
				actor,
				params,
				query,
				body,
				request,
				note(more) {
					note = noted(note, more);
				},
				async commit(writes, more = {}, also = []) {
					if (!action) throw new Error("a route that records nothing has no line to commit");
					const written = await console.audit.commit(writes, [...also, { actor, action, ...noted(note, more) }]);
					committed = true;
					return written;
				},
			});
			if (audit && !committed) await record?.("ok");
			if (result instanceof Response) return result;
			if (DEVELOPMENT) options.answer?.parse(result);
			return Response.json(options.answer ? result : {}, { headers: { "cache-control": "no-store", "x-request-id": requestId } });
		} catch (error) {
			const judged = (error instanceof HttpError ? error : console.judge(error)) ?? judge(error);
			const code = judged?.code ?? "http.unexpected";
			// What is done stays done, and its line says so, whatever failed after it.
			if (!committed && !options.unrecorded?.includes(code))
				await record?.(code).catch((cause: unknown) => console.log.error({ err: cause, requestId }, "a refusal was not recorded"));
			return toProblem(error, judged, requestId, console.log);
		}
	};
}

function noted(note: AuditNote, more: AuditNote): AuditNote {
	return { ...note, ...more, values: { ...note.values, ...more.values } };
}

function understood(schema: z.ZodType | undefined, given: unknown): unknown {
	const parsed = (schema ?? z.object({})).safeParse(given);
	if (parsed.success) return parsed.data;
	const issues = parsed.error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
	throw new HttpError(400, "http.invalid", {}, issues);
}

async function readJson(request: Request): Promise<unknown> {
	const text = await readText(request);
	if (text === "") return {};
	try {
		return JSON.parse(text);
	} catch {
		throw new HttpError(400, "http.not-json");
	}
}

/** Read to its limit whatever length it announces: a body sent in pieces announces none. */
async function readText(request: Request): Promise<string> {
	const tooLarge = () => new HttpError(413, "http.too-large", { limitBytes: MOST_BODY_BYTES });
	if (Number(request.headers.get("content-length") ?? 0) > MOST_BODY_BYTES) throw tooLarge();
	const pieces: Uint8Array[] = [];
	let bytes = 0;
	for await (const piece of request.body ?? []) {
		bytes += piece.length;
		if (bytes > MOST_BODY_BYTES) throw tooLarge();
		pieces.push(piece);
	}
	return Buffer.concat(pieces).toString("utf8");
}
