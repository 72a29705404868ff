import { findingSchema } from "../../lib/contracts/finding.ts";
import type { Db } from "../db/client.ts";
import type { Prisma } from "../db/generated/client.ts";

/** The finding of a node that no API knows. Planned in spite of it, a node goes without by its plan. */
export const API_ABSENT = "cluster.api.absent";

/**
 * Lets the nodes of a plan go without the cluster's API that were planned with one which the cluster has no more, where a person has said so:
 * `writes` are to be written with what they said it for. `names` are those of all that go without then, whatever let them.
 */
export async function goWithoutApi(
	db: Db,
	migrationId: string,
	consent: boolean,
): Promise<{ names: string[]; writes: Prisma.PrismaPromise<unknown>[] }> {
	const planned = { migrationId, state: "queued" };
	const { cluster } = await db.migration.findUniqueOrThrow({
		where: { id: migrationId },
		select: { cluster: { select: { kubeconfig: true } } },
	});
	const allGo = consent && cluster.kubeconfig === null;
	const without = await db.run.findMany({
		where: { ...planned, ...(allGo ? {} : { withoutApi: true }) },
		select: { nodeName: true },
		orderBy: { position: "asc" },
	});
	return {
		names: without.map((run) => run.nodeName),
		writes: allGo ? [db.run.updateMany({ where: planned, data: { withoutApi: true } })] : [],
	};
}

/** Whether nodes were planned with an API that the cluster has no more. */
export async function loseTheirApi(db: Db, migrationId: string): Promise<boolean> {
	const where = { migrationId, state: "queued", withoutApi: false, migration: { cluster: { kubeconfig: null } } };
	return (await db.run.count({ where })) > 0;
}

/**
 * Ids of planned runs that go without only by a word that came after the plan: one for a start that was scheduled. It holds for that
 * start and no other, so whoever takes the schedule back takes it back too.
 */
export async function consentedLater(db: Db, migrationId: string): Promise<{ runIds: string[]; othersGoWithout: boolean }> {
	const runs = await db.run.findMany({ where: { migrationId, state: "queued", withoutApi: true }, select: { id: true, findings: true } });
	const byPlan = (findings: unknown) =>
		findingSchema
			.array()
			.parse(findings)
			.some(({ code }) => code === API_ABSENT);
	const runIds = runs.filter((run) => !byPlan(run.findings)).map((run) => run.id);
	return { runIds, othersGoWithout: runIds.length < runs.length };
}
