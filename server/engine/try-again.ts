import { anotherTry } from "../../lib/another-try.ts";
import { type MigrationState, migrationStateSchema, runStateSchema } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import type { Prisma } from "../db/generated/client.ts";
import type { Queue } from "../db/queue.ts";
import { latestAttempts } from "./attempts.ts";
import { refuseBusy } from "./busy-nodes.ts";
import { MigrationChangeError, wrongState } from "./change-error.ts";
import { because, said } from "./codes.ts";
import { findMigration, type MigrationWritePorts, refuseRollingBack } from "./migration-write.ts";
import { writeRuns } from "./open-runs.ts";
import type { Readings } from "./readings.ts";

/** The attempt that another follows. */
export interface TriedAgain {
	id: string;
	nodeId: string;
	attempt: number;
	position: number;
}

interface Ports extends MigrationWritePorts {
	turns: Queue;
	readings: Readings;
	onDetailChanged?: (migrationId: string) => void;
	now: () => Date;
}

/** Which nodes get another attempt: those whose last one failed, or never went out. */
export type Tried = "failed" | "not-started";
export type Replan = (run: TriedAgain) => Promise<Prisma.RunUncheckedCreateInput>;

interface Asked {
	migrationId: string;
	which: Tried;
	person: string;
	replan: Replan;
	why: string | undefined;
	commit?: Commit<[count: number]> | undefined;
}

const ALLOWED: readonly MigrationState[] = ["running", "paused", "held", "done", "done-with-failures", "cancelled"];
const ENDED: readonly string[] = ["done", "done-with-failures", "cancelled"] satisfies MigrationState[];

/**
 * New runs for nodes whose last attempt failed or never went out (see `anotherTry`); returns how many. A run never goes forward again: each is a
 * new one with a new plan, which `replan` makes from the node as it is now (safety rule 1). Nodes are read outside the turn and all at once: one
 * that does not answer keeps nobody else's request waiting. A paused migration stays paused; one that people have changed meanwhile and that
 * has ended is not opened again: their stop would be undone. Throws `migration.wrong-state`, `migration.nothing-to-do`, `migration.node-busy`.
 */
export async function tryAgain(
	ports: Ports,
	{ migrationId, which, person, replan, why, commit = alone(ports.db) }: Asked,
): Promise<number> {
	const { db, turns, readings } = ports;
	const { runs: asked, migration: seen } = await turns.run(() => toTryAgain(db, migrationId, which));
	const rows = await readings.all(migrationId, asked, replan);
	return turns.run(async () => {
		let created: { events: { id: number }[] }[] | null = null;
		while (created === null) {
			// What somebody else has tried again meanwhile is not tried twice.
			const { migration, runs } = await toTryAgain(db, migrationId, which);
			const still = new Set(runs.map((run) => run.id));
			const written = asked.flatMap((run, index) => {
				const row = rows[index];
				return row && still.has(run.id) ? [row] : [];
			});
			if (written.length === 0) throw new MigrationChangeError("migration.nothing-to-do", { migration: migrationId });
			const inserts = written.map((row) => {
				const told = said("run.tried-again", { attempt: row.attempt ?? 1 }, because(why));
				const event = { migrationId, code: told.code, values: told.values, actor: person, at: ports.now() };
				return db.run.create({ data: { ...row, events: { create: event } }, select: { events: { select: { id: true } } } });
			});
			const stateWhy = said("migration.tried-again", { person, count: written.length });
			const goesOn = migration.state === "running" || migration.state === "paused";
			// By a good end it would still have the version that was seen; after a failure whoever asked for less may look again.
			if (ENDED.includes(migration.state) && migration.version !== seen.version)
				throw wrongState(migration.state, ["running", "paused", "held"]);
			const opened = goesOn ? {} : { state: "running", stateWhy: { ...stateWhy }, endedAt: null };
			const runIds = written.map((row) => row.id);
			created = await writeRuns(db, { ...migration, runIds }, opened, inserts, (statements) => commit(statements, written.length));
		}
		for (const { id } of created.flatMap((run) => run.events)) ports.onEvent(id);
		ports.onMigrationChanged(migrationId);
		ports.onDetailChanged?.(migrationId);
		ports.wake();
		return created.length;
	});
}

async function toTryAgain(db: Db, migrationId: string, which: Tried) {
	const migration = await findMigration(db, migrationId);
	refuseRollingBack(migration);
	if (!ALLOWED.includes(migrationStateSchema.parse(migration.state))) throw wrongState(migration.state, ALLOWED);
	const begun = { where: { phase: { not: "prepare" }, startedAt: { not: null } }, select: { phase: true, startedAt: true } };
	const runs = latestAttempts(
		await db.run.findMany({
			where: { migrationId },
			select: { id: true, nodeId: true, state: true, attempt: true, position: true, steps: begun },
			orderBy: { position: "asc" },
		}),
	).filter((run) => anotherTry({ ...run, state: runStateSchema.parse(run.state) }) === which);
	if (runs.length === 0) throw new MigrationChangeError("migration.nothing-to-do", { migration: migrationId });
	await refuseBusy(
		db,
		migrationId,
		runs.map((run) => run.nodeId),
	);
	return { migration, runs };
}
