import type { MigrationDetail } from "../../lib/contracts/migration.ts";
import type { MigrationView, RunView } from "../../lib/contracts/run.ts";
import { tookOver } from "../../lib/way-back.ts";
import type { Db } from "../db/client.ts";
import { keptByOthers } from "./open-runs.ts";

/** Which of a migration's runs another migration has undone since, or is undoing: the first one that did, else the one that is at it. */
export async function takenBack(
	db: Db,
	{ id, clusterId, createdAt }: Pick<MigrationView, "id" | "clusterId" | "createdAt">,
	runs: readonly RunView[],
): Promise<MigrationDetail["takenBack"]> {
	const taken = tookOver(runs);
	if (taken.length === 0) return [];
	// By the cluster and not by thousands of ids.
	const backs = await db.run.findMany({
		where: {
			direction: "rollback",
			node: { clusterId },
			OR: [{ state: "done", migrationId: { not: id }, endedAt: { gt: createdAt } }, keptByOthers(id)],
		},
		select: { nodeId: true, migrationId: true, state: true, endedAt: true },
		orderBy: { endedAt: "asc" },
	});
	return taken.flatMap((run) => {
		const ofNode = backs.filter((back) => back.nodeId === run.nodeId);
		const done = ofNode.find(({ state, endedAt }) => state === "done" && endedAt !== null && endedAt.toISOString() > (run.endedAt ?? ""));
		const back = done ?? ofNode.find(({ state }) => state !== "done");
		return back ? [{ runId: run.id, migrationId: back.migrationId, over: back === done }] : [];
	});
}
