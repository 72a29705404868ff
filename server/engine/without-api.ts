import type { Db } from "../db/client.ts";

/**
 * Lets the nodes of a plan go without the cluster's API that were planned with one which the cluster has no more, where a person has said so.
 * Returns the names of all that go without, whatever let them.
 */
export async function goWithoutApi(db: Db, migrationId: string, consent: boolean): Promise<string[]> {
	const planned = { migrationId, state: "queued" };
	const { cluster } = await db.migration.findUniqueOrThrow({
		where: { id: migrationId },
		select: { cluster: { select: { kubeconfig: true } } },
	});
	if (consent && cluster.kubeconfig === null) await db.run.updateMany({ where: planned, data: { withoutApi: true } });
	const without = await db.run.findMany({
		where: { ...planned, withoutApi: true },
		select: { nodeName: true },
		orderBy: { position: "asc" },
	});
	return without.map((run) => run.nodeName);
}
