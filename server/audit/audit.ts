import {
	AUDIT_VALUES,
	type AuditAction,
	type AuditEventView,
	type AuditFilter,
	type AuditPage,
	type AuditTargetKind,
	auditFilterSchema,
} from "../../lib/contracts/audit.ts";
import type { Message } from "../../lib/contracts/finding.ts";
import type { Db } from "../db/client.ts";
import type { AuditEvent } from "../db/generated/client.ts";
import type { EventHub } from "../events/hub.ts";

/** Who does something, by value: the record outlives the person. */
export interface Actor {
	/** Null where nobody is signed in: the console itself, or a refused sign-in. */
	id: string | null;
	name: string;
	/** Where the request came from; null for the console itself. */
	address: string | null;
}

export interface AuditRecord<Action extends AuditAction = AuditAction> {
	actor: Actor;
	action: Action;
	/** `partOf`: the migration that shows it among its decisions; not stored. */
	target?: { kind: AuditTargetKind; id: string; name: string; partOf?: string };
	/** "ok" (default) or the error's code. */
	outcome?: string;
	values?: Partial<Record<(typeof AUDIT_VALUES)[Action][number], string | number>>;
}

/** Longer text is cut: a record says what was done, it does not keep what was uploaded. */
const LONGEST_VALUE = 500;

/** Who did what to what. Append-only: nothing here changes or removes an event. */
export class AuditLog {
	constructor(
		private readonly db: Db,
		private readonly hub: EventHub,
		private readonly now: () => Date = () => new Date(),
	) {}

	/** Appends one event and returns its id. Values that the action does not name are left out, whoever hands them in. */
	async record<Action extends AuditAction>(event: AuditRecord<Action>): Promise<number> {
		const { actor, action, target, outcome = "ok" } = event;
		const { id } = await this.db.auditEvent.create({
			data: {
				at: this.now(),
				actorId: actor.id,
				actorName: clean(actor.name),
				address: actor.address,
				action,
				targetKind: target?.kind ?? null,
				targetId: target?.id ?? null,
				targetName: target ? clean(target.name) : null,
				outcome,
				values: kept(AUDIT_VALUES[action], event.values ?? {}),
			},
			select: { id: true },
		});
		this.hub.publish({ type: "changed", what: "audit" });
		const migration = target?.kind === "migration" ? target.id : target?.partOf;
		// A page that shows who decided what reads again: the decision itself was announced before it was on record.
		if (migration !== undefined && outcome === "ok") this.hub.publish({ type: "changed", what: "migrations", id: migration });
		return id;
	}

	/** Newest first, a page at a time: `nextBefore` is the next page's `before`, null at the end. Throws ZodError for a bad filter. */
	async list(filter: AuditFilter = {}): Promise<AuditPage> {
		const { action, actorId, targetKind, targetId, outcome, from, to, q, before, limit } = auditFilterSchema.parse(filter);
		const rows = await this.db.auditEvent.findMany({
			where: {
				action,
				actorId,
				targetKind,
				targetId,
				outcome: outcome === "failed" ? { not: "ok" } : outcome,
				at: { gte: from, lte: to },
				id: { lt: before },
				...(q ? { OR: [{ actorName: { contains: q } }, { targetName: { contains: q } }] } : {}),
			},
			orderBy: { id: "desc" },
			take: limit + 1,
		});
		const page = rows.slice(0, limit);
		return { events: page.map(toView), nextBefore: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
	}
}

function kept(names: readonly string[], values: Readonly<Record<string, string | number | undefined>>): Message["values"] {
	return Object.fromEntries(
		names.flatMap((name) => {
			const value = values[name];
			return value === undefined ? [] : [[name, typeof value === "string" ? clean(value) : value]];
		}),
	);
}

/** A private key that somebody pasted into a field for a name or a reason is not kept for ever. */
function clean(text: string): string {
	return text.replace(/-----BEGIN [^-]*-----[\s\S]*?(-----END [^-]*-----|$)/g, "***").slice(0, LONGEST_VALUE);
}

function toView(row: AuditEvent): AuditEventView {
	return {
		id: row.id,
		at: row.at.toISOString(),
		actorId: row.actorId,
		actorName: row.actorName,
		address: row.address,
		action: row.action,
		target: row.targetKind === null ? null : { kind: row.targetKind, id: row.targetId ?? "", name: row.targetName ?? "" },
		outcome: row.outcome,
		values: row.values as AuditEventView["values"],
	};
}
