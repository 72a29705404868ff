import type { z } from "zod";
import { auditAction, targetKind } from "./audit-record.ts";
import type { auditQuerySchema } from "./contracts/audit-page.ts";
import { zonedInstant } from "./zoned-time.ts";

/** Spans up to now that the page offers, seconds. */
export const AUDIT_SPANS = { hour: 3_600, day: 86_400, week: 604_800, month: 2_592_000 } as const;
export type AuditSpan = keyof typeof AUDIT_SPANS;

type Query = Partial<z.output<typeof auditQuerySchema>>;

/** One of the spans, "range" for the days `from` to `to`, or "" for any time. */
export function auditTime(get: (name: string) => string): AuditSpan | "range" | "" {
	const time = get("time");
	return time === "range" || Object.hasOwn(AUDIT_SPANS, time) ? (time as AuditSpan | "range") : "";
}

/** What the API is asked for, from the page's address; what is no filter is none. Days are whole, in that zone. */
export function auditQuery(get: (name: string) => string, timeZone: string): Query {
	const action = auditAction(get("action"));
	const kind = targetKind(get("kind"));
	const outcome = get("outcome");
	const before = Number(get("before"));
	const time = auditTime(get);
	return {
		q: get("q") || undefined,
		person: get("person") || undefined,
		action,
		kind,
		object: kind ? get("object") || undefined : undefined,
		outcome: outcome === "ok" || outcome === "failed" ? outcome : undefined,
		lastS: time === "" || time === "range" ? undefined : AUDIT_SPANS[time],
		from: time === "range" ? beginOf(get("from"), timeZone) : undefined,
		to: time === "range" ? beginOf(dayAfter(get("to")), timeZone) : undefined,
		before: Number.isInteger(before) && before > 0 ? before : undefined,
	};
}

/** Where a day begins at one, because its clock is set forward at midnight, it begins at one. */
function beginOf(day: string, timeZone: string): string | undefined {
	const ms = zonedInstant(day, "00:00", timeZone) ?? zonedInstant(day, "01:00", timeZone);
	return ms === null ? undefined : new Date(ms).toISOString();
}

function dayAfter(day: string): string {
	const ms = Date.parse(`${day}T00:00:00Z`);
	return Number.isNaN(ms) ? "" : new Date(ms + 86_400_000).toISOString().slice(0, 10);
}
