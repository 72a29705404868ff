import { apiNodeSchema } from "../../lib/contracts/node.ts";
import { directionSchema, policySchema } from "../../lib/contracts/plan.ts";
import { type MigrationState, migrationStateSchema, type RunState, runStateSchema } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import type { Commit } from "../db/commit.ts";
import type { Prisma } from "../db/generated/client.ts";
import type { Queue } from "../db/queue.ts";
import { placesFor } from "../rollout/order.ts";
import { latestAttempts } from "./attempts.ts";
import { refuseBusy } from "./busy-nodes.ts";
import { MigrationChangeError, wrongState } from "./change-error.ts";
import { because, said } from "./codes.ts";
import { lastFirst } from "./last-first.ts";
import { writeRuns } from "./open-runs.ts";
import { planSummaries } from "./plan-summary.ts";
import { MOST_NODES } from "./planning.ts";
import type { Readings } from "./readings.ts";

export type PlanAdded = (nodeId: string, position: number) => Promise<Prisma.RunUncheckedCreateInput>;

interface Ports {
	db: Db;
	turns: Queue;
	readings: Readings;
	onMigrationChanged: (migrationId: string) => void;
	onEvent: (eventId: number) => void;
	onRunChanged: (runId: string) => void;
	onDetailChanged?: (migrationId: string) => void;
	now: () => Date;
}

const NEW = { id: true, events: { select: { id: true } } } as const;
type Inserted = Prisma.RunGetPayload<{ select: typeof NEW }>;
const ALLOWED: readonly MigrationState[] = ["paused", "held"];

/** What may still have another place: it waits, whether it lies ready or not. */
const WAITING: readonly RunState[] = ["queued", "preparing", "prepared"];

/**
 * Further nodes for a migration that is paused; they are planned as the others were, seen on its page, and go when it is resumed. Among those
 * that wait they take their places by the policy's order; nobody that has begun is moved.
 * Returns the names of those that can go. Nodes are read outside the turn: one that does not answer keeps nobody else's request waiting.
 * Throws `migration.nothing-to-do` where all of them are in it already or are no nodes of its cluster, `migration.wrong-state`, `migration.node-busy`.
 */
export async function addNodes(
	{ db, turns, readings, onMigrationChanged, onDetailChanged, onEvent, onRunChanged, now: at }: Ports,
	{
		migrationId,
		nodeIds,
		person,
		plan,
		why,
		commit,
	}: {
		migrationId: string;
		nodeIds: readonly string[];
		person: string;
		plan: PlanAdded;
		why: string | undefined;
		commit: Commit<[names: string[]]>;
	},
): Promise<string[]> {
	const asked = await turns.run(() => toAdd(db, migrationId, nodeIds));
	const rows = await readings.all(migrationId, asked.nodeIds, (nodeId, index) => plan(nodeId, asked.next + index));
	return turns.run(async () => {
		let moved: { id: string; position: number }[] = [];
		let created: Inserted[] | null = null;
		let names: string[] = [];
		while (created === null) {
			// What somebody else has added meanwhile is not added twice.
			const now = await toAdd(db, migrationId, nodeIds);
			const still = new Set(now.nodeIds);
			const fresh = rows.filter((row) => still.has(row.nodeId));
			const changed = await newPlaces(db, migrationId, fresh);
			moved = changed.moved;
			const inserts = fresh.map((planned) => {
				const row = { ...planned, position: changed.places.get(planned.nodeId) ?? planned.position };
				const told = said("run.added", undefined, because(why));
				const event = { migrationId, code: told.code, values: told.values, actor: person, at: at() };
				return db.run.create({ data: { ...row, events: { create: event } }, select: NEW });
			});
			const moves = moved.map(({ id, position }) => db.run.update({ where: { id }, data: { position }, select: NEW }));
			names = fresh.filter((row) => row.state === "queued").map((row) => row.nodeName);
			const seen = { id: migrationId, state: now.state, runIds: fresh.map((row) => row.id) };
			const written = await writeRuns(db, seen, {}, [...moves, ...inserts], (statements) => commit(statements, names));
			created = written?.slice(moves.length) ?? null;
		}
		for (const { id } of created.flatMap((run) => run.events)) onEvent(id);
		for (const { id } of [...moved, ...created]) onRunChanged(id);
		onMigrationChanged(migrationId);
		onDetailChanged?.(migrationId);
		return names;
	});
}

/** Where the added nodes go, by node, and the runs that make room for them. */
async function newPlaces(
	db: Db,
	migrationId: string,
	added: readonly Prisma.RunUncheckedCreateInput[],
): Promise<{ places: Map<string, number>; moved: { id: string; position: number }[] }> {
	const migration = await db.migration.findUniqueOrThrow({ where: { id: migrationId }, select: { direction: true, policy: true } });
	const direction = directionSchema.parse(migration.direction);
	const { rollout } = policySchema.parse(migration.policy);
	const runs = await db.run.findMany({
		where: { migrationId },
		select: { id: true, nodeId: true, state: true, position: true, attempt: true },
	});
	const plans = await planSummaries(
		db,
		runs.map((run) => run.id),
	);
	const nodes = await db.node.findMany({
		where: { id: { in: [...runs.map((run) => run.nodeId), ...added.map((row) => row.nodeId)] } },
		select: { id: true, name: true, api: true },
	});
	const known = new Map(nodes.map(({ id, name, api }) => [id, { id, name, labels: apiNodeSchema.nullable().parse(api)?.labels ?? {} }]));
	// A node with an attempt that has ended has begun, whatever its next one waits for.
	const begun = new Set(runs.filter((run) => !WAITING.includes(runStateSchema.parse(run.state))).map((run) => run.nodeId));
	const there = latestAttempts(runs).flatMap((run) => {
		const node = known.get(run.nodeId);
		return node
			? [{ ...node, position: run.position, controlPlane: plans.get(run.id)?.controlPlane === true, waits: !begun.has(run.nodeId) }]
			: [];
	});
	const given = added.flatMap((row) => {
		const node = known.get(row.nodeId);
		const controlPlane = (row.plan as { controlPlane?: boolean } | undefined)?.controlPlane === true;
		return node ? [{ ...node, controlPlane, excluded: row.state !== "queued" }] : [];
	});
	const coming = direction === "rollback" && rollout.order === "chosen" ? await lastFirst(db, given) : given;
	const places = placesFor(there, coming, { order: rollout, canaryIds: rollout.canary?.nodeIds ?? [], direction });
	const moved = runs.flatMap(({ id, nodeId, position }) => {
		const place = places.get(nodeId);
		return place !== undefined && place !== position ? [{ id, position: place }] : [];
	});
	return { places, moved };
}

async function toAdd(db: Db, migrationId: string, nodeIds: readonly string[]): Promise<{ nodeIds: string[]; state: string; next: number }> {
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
	return { nodeIds: fresh, state: migration.state, next: Math.max(-1, ...runs.map((run) => run.position)) + 1 };
}
