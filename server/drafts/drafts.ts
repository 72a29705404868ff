import { z } from "zod";
import {
	type DraftSummary,
	type DraftView,
	type draftInputSchema,
	draftStepSchema,
	type MigrationDraft,
	migrationDraftSchema,
} from "../../lib/contracts/draft.ts";
import { type MigrationState, migrationStateSchema } from "../../lib/contracts/run.ts";
import { MOST_DRAFTS } from "../../lib/draft-words.ts";
import { PLANNED_MIGRATION_STATES } from "../../lib/run-states.ts";
import { sameValue } from "../../lib/same-value.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import { Prisma } from "../db/generated/client.ts";
import { isNotThere } from "../db/not-there.ts";
import { discardDraft } from "../engine/drafts.ts";
import type { EventHub } from "../events/hub.ts";
import { InventoryError } from "../inventory/errors.ts";
import type { Checks } from "./checks.ts";

type DraftSave = z.output<typeof draftInputSchema>;
type Row = Prisma.MigrationDraftGetPayload<{ include: { migration: { select: { state: true } } } }>;

/** What goes with a draft. */
interface Discarded {
	clusterId: string;
	/** Null where its plan stays, or there is none. */
	migrationId: string | null;
}

const namesSchema = z.record(z.string(), z.string());

/** What people have entered for new migrations and not started yet, each person's own. */
export class Drafts {
	constructor(private readonly options: { db: Db; hub: EventHub; checks: Checks; now: () => Date }) {}

	/** The person's, the newest first. One whose plan is scheduled is with the migrations; one whose plan was started is over. */
	async list(userId: string): Promise<DraftSummary[]> {
		const { db } = this.options;
		await this.#clearStarted(userId);
		const rows = await db.migrationDraft.findMany({
			where: openDrafts(userId),
			orderBy: [{ updatedAt: "desc" }, { id: "asc" }],
		});
		const clusters = new Map((await db.cluster.findMany({ select: { id: true, name: true } })).map(({ id, name }) => [id, name]));
		return rows.map(({ id, content, step, migrationId, updatedAt }) => {
			const { clusterId, direction, nodeIds, reason, ticket, withoutApi } = contentOf(content);
			return {
				id,
				clusterId,
				clusterName: clusters.get(clusterId) ?? null,
				direction,
				nodes: nodeIds.length,
				reason,
				ticket,
				withoutApi,
				step: draftStepSchema.catch("nodes").parse(step),
				migrationId,
				updatedAt: updatedAt.toISOString(),
			};
		});
	}

	/** Throws `inventory.not-found`, also where it is another person's. */
	async get(userId: string, id: string): Promise<DraftView> {
		const row = await this.#find(userId, id);
		return {
			id,
			content: contentOf(row.content),
			revision: row.revision,
			step: draftStepSchema.catch("nodes").parse(row.step),
			names: namesSchema.catch({}).parse(row.names),
			migrationId: row.migrationId,
			migrationState: row.migration ? migrationStateSchema.parse(row.migration.state) : null,
			checking: this.options.checks.of(id),
			updatedAt: row.updatedAt.toISOString(),
		};
	}

	/**
	 * Keeps it where what is kept is what it was based on, or has the same content. Says what it is called now, and whether it was made by
	 * this: `commit` writes the record of that with it. Throws `draft.changed-elsewhere`, `draft.too-many`, and `inventory.not-found` where it is another person's or gone.
	 */
	async save(
		userId: string,
		id: string,
		save: DraftSave,
		commit: Commit = alone(this.options.db),
	): Promise<{ made: boolean; revision: string }> {
		const { db, now } = this.options;
		const { content, step, revision } = save;
		const known = await db.migrationDraft.findUnique({ where: { id } });
		if (known && known.userId !== userId) throw notFound(id);
		if (!known) return this.#make(userId, id, save, commit);
		const same = sameValue(contentOf(known.content), content);
		if (!same && known.revision !== save.basedOn && !save.unanswered.includes(known.revision))
			throw new InventoryError("draft.changed-elsewhere", { id });
		const names = await this.#names(content, namesSchema.catch({}).parse(known.names));
		const { count } = await db.migrationDraft.updateMany({
			where: { id, userId, revision: known.revision },
			data: { step, names, updatedAt: now(), ...(same ? {} : { content: { ...content }, revision }) },
		});
		// Another save, or its end, came in between: what is kept now decides.
		if (count === 0) return this.save(userId, id, save, commit);
		this.#changed(id);
		return { made: false, revision: same ? known.revision : revision };
	}

	/** Keeps the first of it. One that was kept before is not brought back: it was discarded, or its migration was started. */
	async #make(userId: string, id: string, save: DraftSave, commit: Commit): Promise<{ made: boolean; revision: string }> {
		const { db, now } = this.options;
		const { content, step, revision, basedOn } = save;
		if (basedOn !== null) throw notFound(id);
		await this.#clearStarted(userId);
		if ((await db.migrationDraft.count({ where: openDrafts(userId) })) >= MOST_DRAFTS)
			throw new InventoryError("draft.too-many", { most: MOST_DRAFTS });
		const names = await this.#names(content, {});
		try {
			const data = { id, userId, content: { ...content }, revision, step, names, updatedAt: now() };
			await commit([db.migrationDraft.create({ data, select: { id: true } })]);
		} catch (error) {
			// Its first two saves met: the later one is one more of the same.
			if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002") return this.save(userId, id, save, commit);
			throw error;
		}
		this.#changed(id);
		return { made: true, revision };
	}

	/**
	 * Takes it away, with its plan where that was only planned: `commit` writes the record of it with it, and is told of which cluster it was and
	 * which plan goes. Throws `inventory.not-found`.
	 */
	async discard(userId: string, id: string, commit: Commit<[Discarded]> = alone(this.options.db)): Promise<void> {
		const { db, hub } = this.options;
		const { content, migrationId, migration } = await this.#find(userId, id);
		const planned = migration?.state === ("draft" satisfies MigrationState) ? migrationId : null;
		const draft = db.migrationDraft.delete({ where: { id, userId, migrationId }, select: { id: true } });
		const plan = planned === null ? [] : [db.migration.delete({ where: { id: planned, state: "draft" }, select: { id: true } })];
		try {
			await commit([draft, ...plan], { clusterId: contentOf(content).clusterId, migrationId: planned });
		} catch (error) {
			// Discarded elsewhere, planned anew or started meanwhile: what is there now decides.
			if (isNotThere(error)) return this.discard(userId, id, commit);
			throw error;
		}
		if (planned !== null) hub.publish({ type: "changed", what: "migrations", id: planned });
		this.#changed(id);
	}

	/** Says which plan was made of it now; the one before, where it was not started, is taken away. */
	async planned(userId: string, id: string, migrationId: string): Promise<void> {
		const { db } = this.options;
		const row = await db.migrationDraft.findFirst({ where: { id, userId }, select: { migrationId: true } });
		if (!row) return;
		await db.migrationDraft.updateMany({ where: { id, userId }, data: { migrationId } });
		const before = row.migrationId;
		if (before !== null && before !== migrationId) await this.#discardPlan(before);
		this.#changed(id);
	}

	/** What was scheduled meanwhile is no draft's any more, and stays. */
	async #discardPlan(migrationId: string): Promise<boolean> {
		const { db, hub } = this.options;
		const discarded = await discardDraft(db, migrationId, ["draft"]);
		if (discarded) hub.publish({ type: "changed", what: "migrations", id: migrationId });
		return discarded;
	}

	/** Those whose migration was started are over. */
	async #clearStarted(userId: string): Promise<void> {
		const over = { state: { notIn: [...PLANNED_MIGRATION_STATES] } };
		await this.options.db.migrationDraft.deleteMany({ where: { userId, migration: over } });
	}

	async #find(userId: string, id: string): Promise<Row> {
		const row = await this.options.db.migrationDraft.findFirst({
			where: { id, userId },
			include: { migration: { select: { state: true } } },
		});
		if (!row) throw notFound(id);
		return row;
	}

	/** Names of the chosen nodes: of those that are there as they are called now, of those that are gone as they were. */
	async #names({ nodeIds }: MigrationDraft, known: Record<string, string>): Promise<Record<string, string>> {
		const there = await this.options.db.node.findMany({ where: { id: { in: nodeIds } }, select: { id: true, name: true } });
		const now = new Map(there.map(({ id, name }) => [id, name]));
		return Object.fromEntries(
			nodeIds.flatMap((id) => {
				const name = now.get(id) ?? known[id];
				return name === undefined ? [] : [[id, name]];
			}),
		);
	}

	#changed(id: string): void {
		this.options.hub.publish({ type: "changed", what: "drafts", id });
	}
}

/** Those that their person sees as drafts, and that count as such. */
function openDrafts(userId: string): Prisma.MigrationDraftWhereInput {
	return { userId, OR: [{ migrationId: null }, { migration: { state: "draft" } }] };
}

/** What an older version kept gets today's defaults; what cannot be read is an empty draft. */
function contentOf(content: Prisma.JsonValue): MigrationDraft {
	return migrationDraftSchema.safeParse(content).data ?? migrationDraftSchema.parse({});
}

function notFound(id: string): InventoryError {
	return new InventoryError("inventory.not-found", { kind: "draft", id });
}
