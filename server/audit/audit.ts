import type { z } from "zod";
import { AUDIT_VALUES, type AuditAction } from "../../lib/audit-record.ts";
import {
	AUDIT_CHANGES,
	type AuditFilter,
	type AuditPage,
	type AuditTargetKind,
	auditFilterSchema,
	type FieldChange,
	fieldChangeSchema,
	type RecordedEvent,
} from "../../lib/contracts/audit.ts";
import type { Message } from "../../lib/contracts/finding.ts";
import type { Db } from "../db/client.ts";
import type { Written } from "../db/commit.ts";
import { type AuditEvent, Prisma } from "../db/generated/client.ts";
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
	changes?: readonly FieldChange[];
}

/** Longer text is cut: a record says what was done, it does not keep what was uploaded. */
export const LONGEST_VALUE = 500;
const MOST_CHANGES = 100;
/** Rows read at a time. */
const PAGE = 500;

/** Who did what to what. Append-only: nothing here changes or removes an event. */
export class AuditLog {
	constructor(
		private readonly db: Db,
		private readonly hub: EventHub,
		private readonly now: () => Date = () => new Date(),
	) {}

	/** Appends one event and returns its id. Values that the action does not name are left out, whoever hands them in. */
	async record<Action extends AuditAction>(event: AuditRecord<Action>): Promise<number> {
		const { id } = await this.#row(event);
		this.#tell(event);
		return id;
	}

	/** Writes a change and who made it in one transaction: both, or neither (see Commit). Gives what the change's statements gave. */
	async commit<Writes extends readonly Prisma.PrismaPromise<unknown>[]>(
		writes: readonly [...Writes],
		events: readonly AuditRecord[],
	): Promise<Written<Writes>> {
		const written = await this.db.$transaction([...writes, ...events.map((event) => this.#row(event))]);
		for (const event of events) this.#tell(event);
		return written.slice(0, writes.length) as Written<Writes>;
	}

	#row({ actor, action, target, outcome = "ok", ...event }: AuditRecord) {
		return this.db.auditEvent.create({
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
				changes: keptChanges(AUDIT_CHANGES[action] ?? [], event.changes ?? []),
			},
			select: { id: true },
		});
	}

	#tell({ target, outcome = "ok" }: AuditRecord): void {
		this.hub.publish({ type: "changed", what: "audit" });
		const migration = target?.kind === "migration" ? target.id : target?.partOf;
		// A page that shows who decided what reads again.
		if (migration !== undefined && outcome === "ok") this.hub.publish({ type: "changed", what: "migrations", id: migration });
	}

	/** Newest first, a page at a time: `nextBefore` is the next page's `before`, null at the end. Throws ZodError for a bad filter. */
	async list(filter: AuditFilter = {}): Promise<AuditPage> {
		const { limit, ...rest } = auditFilterSchema.parse(filter);
		const rows = await this.db.auditEvent.findMany({ where: whereOf(rest), orderBy: { id: "desc" }, take: limit + 1 });
		const page = rows.slice(0, limit);
		return { events: page.map(toView), nextBefore: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
	}

	/** How many there are, counted up to `most`. */
	async count(filter: AuditFilter, most: number): Promise<number> {
		const { limit: _, ...rest } = auditFilterSchema.parse(filter);
		return this.db.auditEvent.count({ where: whereOf(rest), take: most });
	}

	/** All of them, newest first, at most `most`: read as they are asked for. */
	async *all(filter: AuditFilter, most: number): AsyncGenerator<RecordedEvent> {
		let left = most;
		for (let before: number | undefined; left > 0; ) {
			const page = await this.list({ ...filter, before, limit: Math.min(PAGE, left) });
			yield* page.events;
			left -= page.events.length;
			if (page.nextBefore === null) return;
			before = page.nextBefore;
		}
	}

	/** Names of everybody who did something, sorted. What was tried at the sign-in is anybody's text, and left out. */
	async people(): Promise<string[]> {
		const rows = await this.db.auditEvent.groupBy({
			by: ["actorName"],
			where: { action: { not: "session.sign-in-refused" satisfies AuditAction } },
			orderBy: { actorName: "asc" },
		});
		return rows.map(({ actorName }) => actorName);
	}
}

function whereOf(filter: Omit<z.output<typeof auditFilterSchema>, "limit">): Prisma.AuditEventWhereInput {
	const { action, actorId, actorName, targetKind, targetId, outcome, from, to, q, before } = filter;
	return {
		action,
		actorId,
		actorName,
		targetKind,
		targetId,
		outcome: outcome === "failed" ? { not: "ok" } : outcome,
		at: { gte: from, lte: to },
		id: { lt: before },
		...(q ? { OR: searched(q) } : {}),
	};
}

/** Where a text is looked for. */
function searched(text: string): Prisma.AuditEventWhereInput[] {
	const has = { contains: text };
	// As SQLite names what is in a value; another database does otherwise.
	const values = ["ticket", "reason"].map((name) => ({ values: { path: `$.${name}`, string_contains: text } }));
	return [{ actorName: has }, { targetName: has }, { address: has }, ...values];
}

function kept(names: readonly string[], values: Readonly<Record<string, string | number | undefined>>): Message["values"] {
	return Object.fromEntries(
		names.flatMap((name) => {
			const value = values[name];
			return value === undefined ? [] : [[name, typeof value === "string" ? clean(value) : value]];
		}),
	);
}

function keptChanges(names: readonly string[], changes: readonly FieldChange[]) {
	const kept = changes
		.filter(({ field }) => names.some((name) => field === name || field.startsWith(`${name}.`)))
		.slice(0, MOST_CHANGES)
		.map(({ field, before, after }) => ({ field, before: clean(before), after: clean(after) }));
	return kept.length === 0 ? Prisma.DbNull : kept;
}

/** A private key that somebody pasted into a field for a name or a reason is not kept for ever. */
function clean(text: string): string {
	return text.replace(/-----BEGIN [^-]*-----[\s\S]*?(-----END [^-]*-----|$)/g, "***").slice(0, LONGEST_VALUE);
}

function toView(row: AuditEvent): RecordedEvent {
	return {
		id: row.id,
		at: row.at.toISOString(),
		actorId: row.actorId,
		actorName: row.actorName,
		address: row.address,
		action: row.action,
		target: row.targetKind === null ? null : { kind: row.targetKind, id: row.targetId ?? "", name: row.targetName ?? "" },
		outcome: row.outcome,
		values: row.values as RecordedEvent["values"],
		changes: fieldChangeSchema.array().safeParse(row.changes).data ?? [],
	};
}
