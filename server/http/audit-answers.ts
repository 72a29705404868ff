import type { z } from "zod";
import { MOST_EXPORTED } from "../../lib/audit-record.ts";
import { type AuditFilter, auditActionSchema, type RecordedEvent } from "../../lib/contracts/audit.ts";
import type { auditExportQuerySchema, auditListSchema, auditQuerySchema } from "../../lib/contracts/audit-page.ts";
import { csvRow } from "../../lib/csv.ts";
import type { Console } from "../console.ts";
import { exportAnswer, jsonArray } from "./export-answer.ts";

type Query = Omit<z.output<typeof auditQuerySchema>, "before" | "limit">;

/** What is on record, newest first. An action that nobody knows matches nothing. */
export async function auditAnswer({ audit }: Console, query: z.output<typeof auditQuerySchema>): Promise<z.output<typeof auditListSchema>> {
	const filter = filterOf(query, new Date());
	if (!filter) return { events: [], next: null };
	const { before, limit } = query;
	const page = await audit.list({ ...filter, before, limit });
	const events = page.events.map(({ id, at, actorName, address, action, target, outcome, values, changes }) => ({
		id,
		at,
		actorName,
		address,
		action,
		targetKind: target?.kind ?? null,
		targetId: target?.id || null,
		targetName: target?.name ?? null,
		outcome,
		values,
		changes,
	}));
	return { events, next: page.nextBefore };
}

/**
 * The same as a file, written while it is read. Where more matches than a file may hold, it is the newest, and both its name and the
 * header `x-gantry-cut` say so.
 */
export async function auditExport({ audit }: Console, query: z.output<typeof auditExportQuerySchema>): Promise<Response> {
	const now = new Date();
	const filter = filterOf(query, now);
	const cut = filter !== null && (await audit.count(filter, MOST_EXPORTED + 1)) > MOST_EXPORTED;
	const events = filter ? audit.all(filter, MOST_EXPORTED) : none();
	const { format } = query;
	const texts = format === "csv" ? csvOf(events) : jsonArray(events);
	return exportAnswer({ what: "audit", format, texts, now, newest: cut ? MOST_EXPORTED : null });
}

function filterOf(query: Query, now: Date): AuditFilter | null {
	const action = auditActionSchema.optional().safeParse(query.action || undefined);
	if (!action.success) return null;
	const { person, kind, object, outcome, lastS, from, to, q } = query;
	return {
		action: action.data,
		actorName: person || undefined,
		targetKind: kind,
		targetId: object,
		outcome,
		from: lastS === undefined ? from : new Date(now.getTime() - lastS * 1_000).toISOString(),
		to,
		q: q || undefined,
	};
}

async function* none(): AsyncGenerator<RecordedEvent> {}

const COLUMNS = ["id", "time", "person", "address", "action", "kind", "object id", "object", "outcome", "values", "changes"];

async function* csvOf(events: AsyncIterable<RecordedEvent>): AsyncGenerator<string> {
	yield csvRow(COLUMNS);
	for await (const { id, at, actorName, address, action, target, outcome, values, changes } of events) {
		const told = Object.entries(values).map(([name, value]) => `${name}=${value}`);
		const changed = changes.map(({ field, before, after }) => `${field}: ${before} -> ${after}`);
		yield csvRow([
			id,
			at,
			actorName,
			address,
			action,
			target?.kind,
			target?.id,
			target?.name,
			outcome,
			told.join("; "),
			changed.join("; "),
		]);
	}
}
