import { FINAL_RUN_STATES, PLANNED_MIGRATION_STATES } from "../../lib/run-states.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import type { Prisma } from "../db/generated/client.ts";
import { isNotThere } from "../db/not-there.ts";

/** Runs that have not ended. */
export const OPEN_RUN = { state: { notIn: [...FINAL_RUN_STATES] } } satisfies Prisma.RunWhereInput;

/**
 * Runs that work on their nodes, or will, of other migrations than this one. What is only planned or scheduled keeps no node: it finds out at
 * its own start.
 */
export function keptByOthers(migrationId: string) {
	return {
		...OPEN_RUN,
		migrationId: { not: migrationId },
		migration: { state: { notIn: [...PLANNED_MIGRATION_STATES] } },
	} satisfies Prisma.RunWhereInput;
}

/** So many ids are asked about by one statement. */
const AT_ONCE = 500;

/** In the transaction that wrote these runs of the migration: each fails it where another migration keeps the node of one. */
export function stillFree(db: Db, migrationId: string, runIds: readonly string[]): Prisma.PrismaPromise<{ id: string }>[] {
	return Array.from({ length: Math.ceil(runIds.length / AT_ONCE) }, (_, index) => {
		const some = { id: { in: runIds.slice(index * AT_ONCE, (index + 1) * AT_ONCE) } };
		const taken = { migrationId, ...some, node: { runs: { some: keptByOthers(migrationId) } } };
		return db.migration.findFirstOrThrow({ where: { id: migrationId, runs: { none: taken } }, select: { id: true } });
	});
}

/**
 * Writes runs into a migration together with a change of its row, all or nothing, and only while it is in the state that was seen and no other
 * migration keeps the node of one of them (`runIds`). Null where that is otherwise by now, and nothing was written: a migration that ends or is
 * called off at that moment gets no run that nobody would carry, and a node no two that work on it.
 */
export async function writeRuns<T>(
	db: Db,
	{ id, state, runIds }: { id: string; state: string; runIds: readonly string[] },
	change: Prisma.MigrationUpdateInput,
	writes: readonly Prisma.PrismaPromise<T>[],
	commit: Commit = alone(db),
): Promise<T[] | null> {
	const data = { state, version: { increment: 1 }, ...change };
	const still = db.migration.update({ where: { id, state }, data, select: { id: true } });
	try {
		const written = await commit([...writes, still, ...stillFree(db, id, runIds)]);
		return written.slice(0, writes.length) as T[];
	} catch (error) {
		if (isNotThere(error)) return null;
		throw error;
	}
}

/**
 * Migrations that have ended with runs that have not, as consoles before this one could leave them: nobody would carry those, and their nodes
 * would be busy for ever. They end anew: what waits never starts, and what is under way comes to its end.
 */
export async function endLeftOpen(db: Db): Promise<void> {
	const left = { runs: { some: OPEN_RUN } };
	await db.migration.updateMany({ where: { ...left, state: "cancelled" }, data: { state: "cancelling", endedAt: null } });
	await db.migration.updateMany({
		where: { ...left, state: { in: ["done", "done-with-failures"] } },
		data: { state: "stopping", endedAt: null },
	});
}
