import type { AttentionInput, AttentionMigration, AttentionRun } from "../../lib/attention.ts";
import type { Db } from "../db/client.ts";
import type { Prisma } from "../db/generated/client.ts";
import { latestAttempts } from "./attempts.ts";
import { migrationViews } from "./views.ts";

/** More than this are no list that anybody works through. */
const MOST = 200;

/** Migrations that may need a person: those that are not over, and those that ended with failures since `since`. Newest first. */
export async function needyMigrations(db: Db, since: Date): Promise<AttentionMigration[]> {
	const where = {
		OR: [{ state: { notIn: ["done", "done-with-failures", "cancelled"] } }, { state: "done-with-failures", endedAt: { gte: since } }],
	};
	const views = await migrationViews(db, where, { take: MOST });
	const ids = { in: views.map(({ id }) => id) };
	const [runs, approvals] = await Promise.all([
		db.run.findMany({ where: { migrationId: ids }, select: { migrationId: true, nodeId: true, attempt: true, state: true } }),
		db.approval.findMany({ where: { migrationId: ids }, select: { migrationId: true }, distinct: ["migrationId"] }),
	]);
	const approved = new Set(approvals.map(({ migrationId }) => migrationId));
	const runsOf = new Map(views.map(({ id }): [string, typeof runs] => [id, []]));
	for (const run of runs) runsOf.get(run.migrationId)?.push(run);
	return views.map((view) => {
		const counts: Record<string, number> = {};
		for (const { state } of latestAttempts(runsOf.get(view.id) ?? [])) counts[state] = (counts[state] ?? 0) + 1;
		return { ...view, counts, approved: approved.has(view.id) };
	});
}

const RUN = {
	id: true,
	migrationId: true,
	nodeId: true,
	nodeName: true,
	endedAt: true,
	waiting: true,
	migration: { select: { clusterId: true, cluster: { select: { name: true } } } },
} as const satisfies Prisma.RunSelect;
type Row = Prisma.RunGetPayload<{ select: typeof RUN }>;

/**
 * Runs whose way back failed and that no later run of their node has overtaken, and what is out now: held for a look that nobody has
 * answered, and those whose drain is blocked.
 */
export async function needyRuns(db: Db): Promise<Pick<AttentionInput, "handsNeeded" | "nodeHeld" | "drainBlocked">> {
	const unanswered = { state: "verifying", hold: "held", holdAnswer: null, request: null };
	const [failed, held, draining] = await Promise.all([
		db.run.findMany({ where: { state: "revert-failed" }, select: RUN, orderBy: { endedAt: "desc" }, take: MOST }),
		db.run.findMany({ where: unanswered, select: RUN, take: MOST }),
		db.run.findMany({ where: { state: "draining" }, select: RUN, take: MOST }),
	]);
	const ended = await db.run.groupBy({
		by: ["nodeId"],
		where: { nodeId: { in: failed.map(({ nodeId }) => nodeId) }, state: { in: ["done", "reverted"] } },
		_max: { endedAt: true },
	});
	const lastEnd = new Map(ended.map((row) => [row.nodeId, row._max.endedAt?.getTime() ?? 0]));
	return {
		handsNeeded: failed.filter(({ nodeId, endedAt }) => (lastEnd.get(nodeId) ?? 0) <= (endedAt?.getTime() ?? 0)).map(toRun),
		nodeHeld: held.map(toRun),
		drainBlocked: draining.filter(({ waiting }) => isBlocked(waiting)).map(toRun),
	};
}

function isBlocked(waiting: Prisma.JsonValue): boolean {
	const code = typeof waiting === "object" && waiting !== null && !Array.isArray(waiting) ? waiting["code"] : null;
	return code === "drain.blocked" || code === "drain.unreachable";
}

function toRun({ id, migrationId, nodeId, nodeName, endedAt, migration }: Row): AttentionRun {
	const { clusterId, cluster } = migration;
	return { id, migrationId, nodeId, nodeName, clusterId, clusterName: cluster.name, endedAt: endedAt?.toISOString() ?? null };
}
