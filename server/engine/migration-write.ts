import type { Message } from "../../lib/contracts/finding.ts";
import type { MigrationState } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import type { Prisma } from "../db/generated/client.ts";
import { isNotThere } from "../db/not-there.ts";
import { MigrationChangeError, wrongState } from "./change-error.ts";
import { migrationMayBecome } from "./transitions.ts";

export interface MigrationWritePorts {
	db: Db;
	onMigrationChanged: (migrationId: string) => void;
	onEvent: (eventId: number) => void;
	/** Something may have to happen now. */
	wake: () => void;
}

/** An event of a run, which is told once it is written. */
export type EventWrite = Prisma.PrismaPromise<{ id: number }>;

/** What a change of a migration brings with it, written with it. */
export interface WrittenWith {
	writes: Prisma.PrismaPromise<unknown>[];
	/** Of runs. */
	events: EventWrite[];
}

interface Write extends Partial<WrittenWith> {
	migrationId: string;
	allowed: MigrationState[];
	data: Prisma.MigrationUpdateInput;
	where?: Prisma.MigrationWhereInput;
	commit?: Commit | undefined;
}

interface Move extends Omit<Write, "allowed" | "data"> {
	from: MigrationState[];
	to: MigrationState;
	why: Message;
	data?: Prisma.MigrationUpdateInput;
}

/** Only while the migration is in one of the allowed states; a look that began before is of no use then. Throws `migration.wrong-state`. */
export async function writeMigration(
	{ db, onEvent, onMigrationChanged, wake }: MigrationWritePorts,
	{ migrationId, allowed, data, where = {}, writes = [], events = [], commit = alone(db) }: Write,
): Promise<void> {
	const changed = db.migration.update({
		where: { ...where, id: migrationId, state: { in: allowed } },
		data: { ...data, version: { increment: 1 } },
		select: { id: true },
	});
	try {
		const [, ...told] = await commit([changed, ...events, ...writes]);
		for (const { id } of told.slice(0, events.length) as { id: number }[]) onEvent(id);
	} catch (error) {
		if (!isNotThere(error)) throw error;
		throw wrongState((await findMigration(db, migrationId)).state, allowed);
	}
	onMigrationChanged(migrationId);
	wake();
}

/** The migration in another state, and what else has to be written with it. Throws `migration.wrong-state`. */
export async function moveMigration(ports: MigrationWritePorts, { from, to, why, data, ...more }: Move): Promise<void> {
	const allowed = from.filter((state) => migrationMayBecome(state, to));
	await writeMigration(ports, { ...more, allowed, data: { ...data, state: to, stateWhy: { ...why } } });
}

/** Throws `migration.not-found`. */
export async function findMigration(db: Db, migrationId: string) {
	const migration = await db.migration.findUnique({ where: { id: migrationId } });
	if (!migration) throw new MigrationChangeError("migration.not-found", { migration: migrationId });
	return migration;
}

/** Nobody goes on while what was done is about to go back: some would go over while others go back. Throws `migration.rolling-back`. */
export function refuseRollingBack({ stateWhy }: { stateWhy: Prisma.JsonValue | null }): void {
	if ((stateWhy as Message | null)?.code === "migration.rolling-back") throw new MigrationChangeError("migration.rolling-back", {});
}
