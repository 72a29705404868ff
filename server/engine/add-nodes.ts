import { type MigrationState, migrationStateSchema } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import type { Prisma } from "../db/generated/client.ts";
import type { Queue } from "../db/queue.ts";
import { refuseBusy } from "./busy-nodes.ts";
import { MigrationChangeError, wrongState } from "./change-error.ts";
import { said } from "./codes.ts";
import { MOST_NODES } from "./planning.ts";

export type PlanAdded = (nodeId: string, position: number) => Promise<Prisma.RunUncheckedCreateInput>;

interface Ports {
	db: Db;
	turns: Queue;
	onMigrationChanged: (migrationId: string) => void;
	onEvent: (eventId: number) => void;
	onRunChanged: (runId: string) => void;
	onDetailChanged?: (migrationId: string) => void;
	now: () => Date;
}

const ALLOWED: readonly MigrationState[] = ["paused", "held"];

/**
 * Further nodes for a migration that is paused; they are planned as the others were, seen on its page, and go when it is resumed.
 * Returns the names of those that can go. Nodes are read outside the turn: one that does not answer keeps nobody else's request waiting.
 * Throws `migration.nothing-to-do` where all of them are in it already or are no nodes of its cluster, `migration.wrong-state`, `migration.node-busy`.
 */
export async function addNodes(
	{ db, turns, onMigrationChanged, onDetailChanged, onEvent, onRunChanged, now }: Ports,
	{ migrationId, nodeIds, person, plan }: { migrationId: string; nodeIds: readonly string[]; person: string; plan: PlanAdded },
): Promise<string[]> {
	const asked = await turns.run(() => toAdd(db, migrationId, nodeIds));
	const rows = await Promise.all(asked.nodeIds.map((nodeId, index) => plan(nodeId, asked.next + index)));
	return turns.run(async () => {
		// What somebody else has added meanwhile is not added twice.
		const still = new Set((await toAdd(db, migrationId, nodeIds)).nodeIds);
		const inserts = rows
			.filter((row) => still.has(row.nodeId))
			.map((row) => {
				const told = said("run.added");
				const event = { migrationId, code: told.code, values: told.values, actor: person, at: now() };
				return db.run.create({
					data: { ...row, events: { create: event } },
					select: { id: true, nodeName: true, state: true, events: { select: { id: true } } },
				});
			});
		const created = await db.$transaction([...inserts]);
		for (const { id } of created.flatMap((run) => run.events)) onEvent(id);
		for (const { id } of created) onRunChanged(id);
		onMigrationChanged(migrationId);
		onDetailChanged?.(migrationId);
		return created.filter((run) => run.state === "queued").map((run) => run.nodeName);
	});
}

async function toAdd(db: Db, migrationId: string, nodeIds: readonly string[]): Promise<{ nodeIds: string[]; next: number }> {
	const migration = await db.migration.findUnique({ where: { id: migrationId }, select: { state: true, clusterId: true } });
	if (!migration) throw new MigrationChangeError("migration.not-found", { migration: migrationId });
	if (!ALLOWED.includes(migrationStateSchema.parse(migration.state))) throw wrongState(migration.state, ALLOWED);
	const runs = await db.run.findMany({ where: { migrationId }, select: { nodeId: true, position: true } });
	const known = new Set(runs.map((run) => run.nodeId));
	const rows = await db.node.findMany({ where: { clusterId: migration.clusterId, id: { in: [...nodeIds] } }, select: { id: true } });
	const there = new Set(rows.map(({ id }) => id));
	// In the order in which they were given.
	const fresh = [...new Set(nodeIds)].filter((id) => there.has(id) && !known.has(id));
	if (known.size + fresh.length > MOST_NODES) throw new MigrationChangeError("migration.too-many-nodes", { most: MOST_NODES });
	if (fresh.length === 0) throw new MigrationChangeError("migration.nothing-to-do", { migration: migrationId });
	await refuseBusy(db, migrationId, fresh);
	return { nodeIds: fresh, next: Math.max(-1, ...runs.map((run) => run.position)) + 1 };
}
