import { FINAL_RUN_STATES, PLANNED_MIGRATION_STATES } from "../../lib/run-states.ts";
import type { Db } from "../db/client.ts";
import { MigrationChangeError } from "./change-error.ts";

/** Throws `migration.node-busy` where another migration's run works on one of these nodes, or will. What is only planned or scheduled keeps no node: it finds out at its own start. */
export async function refuseBusy(db: Db, migrationId: string, nodeIds: string[]): Promise<void> {
	const busy = await db.run.findFirst({
		where: {
			nodeId: { in: nodeIds },
			migrationId: { not: migrationId },
			state: { notIn: [...FINAL_RUN_STATES] },
			migration: { state: { notIn: [...PLANNED_MIGRATION_STATES] } },
		},
		select: { nodeName: true, migrationId: true },
	});
	if (busy) throw new MigrationChangeError("migration.node-busy", { node: busy.nodeName, migration: busy.migrationId });
}
