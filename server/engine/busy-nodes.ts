import type { Db } from "../db/client.ts";
import { MigrationChangeError } from "./change-error.ts";
import { keptByOthers } from "./open-runs.ts";

/** Throws `migration.node-busy` where another migration's run works on one of these nodes, or will. */
export async function refuseBusy(db: Db, migrationId: string, nodeIds: string[]): Promise<void> {
	const busy = await db.run.findFirst({
		where: { nodeId: { in: nodeIds }, ...keptByOthers(migrationId) },
		select: { nodeName: true, migrationId: true },
	});
	if (busy) throw new MigrationChangeError("migration.node-busy", { node: busy.nodeName, migration: busy.migrationId });
}
