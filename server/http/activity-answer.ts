import type { AuditAction } from "../../lib/audit-record.ts";
import type { Activity } from "../../lib/contracts/overview.ts";
import { directionSchema } from "../../lib/contracts/plan.ts";
import { type MigrationState, migrationStateSchema, type RunState, runStateSchema } from "../../lib/contracts/run.ts";
import type { Console } from "../console.ts";

/** Shown at once. */
const MOST = 20;
/** Looked through for those of one cluster. */
const MOST_READ = 300;
/** Not what anybody did to the fleet. */
const UNTOLD: AuditAction[] = [
	"session.sign-in",
	"session.sign-in-refused",
	"session.sign-out",
	"session.end-others",
	"user.password-change",
	"node.probe",
	"host-key.scan",
];
const TOLD_RUNS: RunState[] = ["done", "failed", "cancelled", "reverted", "revert-failed"];
const TOLD_MIGRATIONS: MigrationState[] = ["done", "done-with-failures", "cancelled"];

/** The last that people did and that runs and migrations came to, newest first; over all clusters or one. */
export async function activityAnswer({ db }: Console, clusterId: string | undefined): Promise<Activity[]> {
	const [acts, runs, migrations] = await Promise.all([
		db.auditEvent.findMany({
			where: { outcome: "ok", action: { notIn: UNTOLD } },
			orderBy: { id: "desc" },
			take: clusterId === undefined ? MOST : MOST_READ,
		}),
		db.run.findMany({
			where: { state: { in: TOLD_RUNS }, endedAt: { not: null }, migration: { clusterId } },
			select: {
				id: true,
				nodeName: true,
				direction: true,
				state: true,
				endedAt: true,
				migration: { select: { createdBy: true, cluster: { select: { name: true } } } },
			},
			orderBy: { endedAt: "desc" },
			take: MOST,
		}),
		db.migration.findMany({
			where: { state: { in: TOLD_MIGRATIONS }, endedAt: { not: null }, clusterId },
			select: { id: true, state: true, ticket: true, endedAt: true, createdBy: true, cluster: { select: { name: true } } },
			orderBy: { endedAt: "desc" },
			take: MOST,
		}),
	]);
	const own = clusterId === undefined ? null : await idsOf(db, clusterId, acts);
	const items: Activity[] = [
		...acts
			.filter(({ targetId }) => own === null || (targetId !== null && own.has(targetId)))
			.map(({ id, at, actorName, action, targetKind, targetId, targetName }) => ({
				kind: "act" as const,
				key: `act-${id}`,
				at: at.toISOString(),
				by: actorName,
				action,
				targetKind,
				targetId,
				targetName,
			})),
		...runs.map(({ id, nodeName, direction, state, endedAt, migration }) => ({
			kind: "run" as const,
			key: `run-${id}`,
			at: told(endedAt),
			by: migration.createdBy,
			runId: id,
			node: nodeName,
			cluster: migration.cluster.name,
			direction: directionSchema.parse(direction),
			state: runStateSchema.parse(state),
		})),
		...migrations.map(({ id, state, ticket, endedAt, createdBy, cluster }) => ({
			kind: "migration" as const,
			key: `migration-${id}`,
			at: told(endedAt),
			by: createdBy,
			migrationId: id,
			cluster: cluster.name,
			ticket,
			state: migrationStateSchema.parse(state),
		})),
	];
	return items.sort((one, other) => other.at.localeCompare(one.at)).slice(0, MOST);
}

/** The cluster, and which of these objects are of it. */
async function idsOf(db: Console["db"], clusterId: string, acts: readonly { targetId: string | null }[]): Promise<Set<string>> {
	const ids = [...new Set(acts.flatMap(({ targetId }) => targetId ?? []))];
	const where = { id: { in: ids } };
	const [nodes, migrations, runs] = await Promise.all([
		db.node.findMany({ where: { ...where, clusterId }, select: { id: true } }),
		db.migration.findMany({ where: { ...where, clusterId }, select: { id: true } }),
		db.run.findMany({ where: { ...where, migration: { clusterId } }, select: { id: true } }),
	]);
	return new Set([clusterId, ...[...nodes, ...migrations, ...runs].map(({ id }) => id)]);
}

function told(at: Date | null): string {
	return (at ?? new Date(0)).toISOString();
}
