import type { Logger } from "pino";
import type { Problem } from "../../lib/contracts/problem.ts";
import { MigrationChangeError } from "../engine/change-error.ts";
import { asMessage } from "../engine/executor/failure.ts";
import { InventoryError } from "../inventory/errors.ts";

/** A refusal that the HTTP layer itself makes: no session, a foreign origin, input of another shape. */
export class HttpError extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		readonly values: Record<string, string | number> = {},
		readonly issues?: Problem["issues"],
	) {
		super(code);
		this.name = "HttpError";
	}
}

/** What an error means to whoever asked. */
export interface Judgement {
	status: number;
	code: string;
	values: Problem["values"];
	issues?: Problem["issues"];
}

/**
 * What the errors of this program come to over HTTP; null for one that nobody expected. It knows classes: an error that the
 * console's services threw is judged by the console's own copy of it (see Console.judge).
 */
export function judge(error: unknown): Judgement | null {
	if (error instanceof HttpError) return error;
	if (error instanceof InventoryError) return { status: inventoryStatus(error.code), code: error.code, values: { ...error.values } };
	if (error instanceof MigrationChangeError)
		return { status: error.code.endsWith("not-found") ? 404 : 409, code: error.code, values: error.values };
	// What the other side said is an answer about it, not a fault of this server.
	const told = asMessage(error);
	return told.code === "engine.unexpected" ? null : { status: 422, code: told.code, values: told.values };
}

/** The one place that answers with an error, and the one that logs it. What is not expected tells the browser nothing. */
export function toProblem(error: unknown, judged: Judgement | null, requestId: string, log: Logger): Response {
	const { status, code, values, issues } = judged ?? { status: 500, code: "http.unexpected", values: {} };
	if (status >= 500) log.error({ err: error, requestId }, "a request failed unexpectedly");
	else log.debug({ err: error, requestId, code }, "a request was refused");
	const problem: Problem = { type: "about:blank", status, code, values, requestId, ...(issues ? { issues } : {}) };
	return Response.json(problem, { status, headers: { "content-type": "application/problem+json", "cache-control": "no-store" } });
}

function inventoryStatus(code: string): number {
	if (code.endsWith(".not-found") || code === "host-keys.scan-expired" || code === "host-keys.not-in-scan") return 404;
	if (code === "archive.too-large") return 413;
	return [
		"inventory.name-taken",
		"inventory.in-use",
		"inventory.has-history",
		"inventory.not-manual",
		"archive.exists",
		"draft.changed-elsewhere",
		"draft.too-many",
		"host-keys.changed",
		"people.email-taken",
		"people.oneself",
	].includes(code)
		? 409
		: 422;
}
