import { PLANNED_MIGRATION_STATES } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";

/** Takes away a plan that was never started, its schedule too. False where it is none (any more): what has been started stays on record. */
export async function discardDraft(db: Db, migrationId: string): Promise<boolean> {
	const { count } = await db.migration.deleteMany({ where: { id: migrationId, state: { in: [...PLANNED_MIGRATION_STATES] } } });
	return count > 0;
}
