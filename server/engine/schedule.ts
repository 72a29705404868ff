import type { Logger } from "pino";
import { z } from "zod";
import type { Message } from "../../lib/contracts/finding.ts";
import type { ScheduleInput } from "../../lib/contracts/schedule.ts";
import { LATEST_START_MS } from "../../lib/schedule.ts";
import type { AuditLog, AuditRecord } from "../audit/audit.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import { Prisma } from "../db/generated/client.ts";
import { isNotThere } from "../db/not-there.ts";
import { nodeViews } from "../inventory/node-views.ts";
import { refuseUnseen } from "./approvals.ts";
import { MigrationChangeError } from "./change-error.ts";
import type { ChangeMigration } from "./change-migration.ts";
import { said } from "./codes.ts";
import { whyNotStart } from "./start-check.ts";
import { consentedLater, goWithoutApi } from "./without-api.ts";

/** As `Migration.schedule` keeps it: who gave which word, so that the start needs nobody. */
export const storedScheduleSchema = z.object({
	person: z.object({ id: z.string(), name: z.string() }),
	/** The zone that the person thought in. */
	timeZone: z.string(),
	/** What was typed to confirm: the cluster's name, where control plane nodes are included. */
	confirm: z.string().nullable(),
});
type StoredSchedule = z.infer<typeof storedScheduleSchema>;

export interface ScheduleRequest extends ScheduleInput {
	confirm: string | undefined;
	withoutApi: boolean;
	/** Of what the person has seen (lib/approval.ts). */
	digest: string;
	person: StoredSchedule["person"];
	/** Writes the record of it with it. */
	commit?: Commit<[without: string[]]>;
}

export interface ScheduleOptions {
	db: Db;
	change: ChangeMigration;
	audit: Pick<AuditLog, "commit">;
	onMigrationChanged: (migrationId: string) => void;
	now: () => Date;
	log: Logger;
}

/** A scheduled migration whose time has come. */
interface Due {
	id: string;
	startAt: Date;
	direction: string;
	reason: string;
	ticket: string;
	withoutApi: boolean;
	schedule: StoredSchedule;
	clusterName: string;
}

/**
 * Starts what people have scheduled, when its time has come. It asks what a person's own start is asked; where that is refused, or the
 * time was missed, the migration is a draft again that says why. It is never started silently hours late.
 */
export class Schedule {
	#looking: Promise<void> | null = null;
	#stopped = false;

	constructor(private readonly options: ScheduleOptions) {}

	/**
	 * A draft is to start at that moment; what a start asks for has been asked already. Returns the names of the nodes that go without the
	 * cluster's API: the word for them is kept with them, and holds for no other. Throws `migration.not-found`, `migration.wrong-state`,
	 * `migration.changed-since` where something else is there now, `migration.nothing-to-do`.
	 */
	set(migrationId: string, { startAt, timeZone, confirm, withoutApi, digest, person, commit }: ScheduleRequest): Promise<string[]> {
		const { db, change, onMigrationChanged } = this.options;
		return change.inTurn(async () => {
			const migration = await db.migration.findUnique({ where: { id: migrationId }, select: { state: true } });
			if (!migration) throw new MigrationChangeError("migration.not-found", { migration: migrationId });
			if (migration.state !== "draft") throw wrongState(migration.state, "draft");
			await refuseUnseen(db, migrationId, digest);
			if ((await db.run.count({ where: { migrationId, state: "queued" } })) === 0)
				throw new MigrationChangeError("migration.nothing-to-do", { migration: migrationId });
			const { names: without, writes } = await goWithoutApi(db, migrationId, withoutApi);
			const schedule: StoredSchedule = { person, timeZone, confirm: confirm?.trim() || null };
			const scheduled = db.migration.update({
				where: { id: migrationId, state: "draft" },
				data: {
					state: "scheduled",
					startAt: new Date(startAt),
					schedule,
					stateWhy: { ...said("migration.scheduled", { person: person.name }) },
					withoutApi: without.length > 0,
				},
				select: { id: true },
			});
			try {
				await (commit ?? alone(db))([scheduled, ...writes], without);
			} catch (error) {
				if (!isNotThere(error)) throw error;
				await this.#refuse(migrationId, "draft");
			}
			onMigrationChanged(migrationId);
			return without;
		});
	}

	/** It is a draft again. Throws `migration.not-found`, `migration.wrong-state`. */
	unset(migrationId: string, person: string, commit: Commit = alone(this.options.db)): Promise<void> {
		return this.options.change.inTurn(async () => {
			if (await this.#backToDraft({ id: migrationId, state: "scheduled" }, said("migration.unscheduled", { person }), commit)) return;
			await this.#refuse(migrationId, "scheduled");
		});
	}

	/** Starts what is due; a call during a look changes nothing, the next one comes within a second. */
	async tick(): Promise<void> {
		if (this.#stopped || this.#looking) return;
		this.#looking = this.#look().finally(() => {
			this.#looking = null;
		});
		await this.#looking;
	}

	/** Starts nothing more; resolves when what is under way has ended. */
	async stop(): Promise<void> {
		this.#stopped = true;
		await this.#looking?.catch(() => {});
	}

	async #look(): Promise<void> {
		const { db, now, log } = this.options;
		const rows = await db.migration.findMany({
			where: { state: "scheduled", startAt: { lte: now() } },
			include: { cluster: { select: { name: true } } },
			orderBy: [{ startAt: "asc" }, { createdAt: "asc" }],
		});
		for (const row of rows) {
			if (this.#stopped || row.startAt === null) return;
			try {
				const schedule = storedScheduleSchema.parse(row.schedule);
				await this.#begin({ ...row, startAt: row.startAt, schedule, clusterName: row.cluster.name });
			} catch (error) {
				// The next look tries again, until it is too late.
				log.error({ err: error, migrationId: row.id }, "a scheduled migration could not be started");
			}
		}
	}

	async #begin(due: Due): Promise<void> {
		const { startAt, schedule } = due;
		if (this.options.now().getTime() - startAt.getTime() > LATEST_START_MS) {
			const { timeZone, person } = schedule;
			return this.#giveUp(due, said("migration.schedule-missed", { person: person.name, startAt: startAt.toISOString(), timeZone }));
		}
		const refused = await this.#start(due);
		if (refused === "done" || refused === "overtaken") return;
		const { timeZone, person } = schedule;
		const told = { person: person.name, because: refused.code, startAt: startAt.toISOString(), timeZone };
		return this.#giveUp(due, said("migration.schedule-refused", told, refused.values), refused.code);
	}

	/** Why it may not start, or that it has; "overtaken" where a person was faster. */
	async #start(due: Due): Promise<Message | "done" | "overtaken"> {
		const { db, change } = this.options;
		const { id, startAt, schedule } = due;
		// The word for going without the API was kept with the nodes that it was given for: an API taken away since asks anew.
		const asked = { confirm: schedule.confirm ?? undefined, withoutApi: false };
		const refused = await whyNotStart(db, id, asked, (ids) => nodeViews(db, { ids }));
		if (refused) return refused;
		try {
			const commit = await this.#recorded(due, "ok");
			await change.start(id, schedule.person.name, { scheduledFor: startAt, personId: schedule.person.id, commit });
			return "done";
		} catch (error) {
			if (!(error instanceof MigrationChangeError)) throw error;
			if (error.code === "migration.wrong-state" || error.code === "migration.not-found") return "overtaken";
			return { code: error.code, values: error.values };
		}
	}

	async #giveUp(due: Due, why: Message, outcome = why.code): Promise<void> {
		await this.#backToDraft({ id: due.id, state: "scheduled", startAt: due.startAt }, why, await this.#recorded(due, outcome));
	}

	/** False where it is not (any more) what `where` says. With the schedule goes the word that was given for it. */
	async #backToDraft(where: { id: string; state: "scheduled"; startAt?: Date }, why: Message, commit: Commit): Promise<boolean> {
		const { db, onMigrationChanged } = this.options;
		const { runIds, othersGoWithout } = await consentedLater(db, where.id);
		try {
			await commit([
				db.migration.update({
					where,
					data: { state: "draft", startAt: null, schedule: Prisma.DbNull, stateWhy: { ...why }, withoutApi: othersGoWithout },
					select: { id: true },
				}),
				db.run.updateMany({ where: { id: { in: runIds } }, data: { withoutApi: false } }),
			]);
		} catch (error) {
			if (isNotThere(error)) return false;
			throw error;
		}
		onMigrationChanged(where.id);
		return true;
	}

	/** Under the name of who scheduled it, and from nowhere: nobody was there. */
	async #recorded({ id, clusterName, schedule, startAt, direction, reason, ticket, withoutApi }: Due, outcome: string): Promise<Commit> {
		const { db, audit } = this.options;
		const count = await db.run.count({ where: { migrationId: id, state: { not: "skipped" } } });
		const event: AuditRecord = {
			actor: { ...schedule.person, address: null },
			action: "migration.start",
			target: { kind: "migration", id, name: clusterName },
			outcome,
			values: { startAt: startAt.toISOString(), direction, count, reason, ticket, withoutApi: withoutApi ? "yes" : "no" },
		};
		return (writes) => audit.commit(writes, [event]);
	}

	async #refuse(migrationId: string, wanted: "draft" | "scheduled"): Promise<never> {
		const found = await this.options.db.migration.findUnique({ where: { id: migrationId }, select: { state: true } });
		throw found ? wrongState(found.state, wanted) : new MigrationChangeError("migration.not-found", { migration: migrationId });
	}
}

function wrongState(state: string, wanted: string): MigrationChangeError {
	return new MigrationChangeError("migration.wrong-state", { state, wanted });
}
