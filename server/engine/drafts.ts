import type { MigrationState } from "../../lib/contracts/run.ts";
import { PLANNED_MIGRATION_STATES } from "../../lib/run-states.ts";
import type { Db } from "../db/client.ts";

/**
 * Takes away a plan that was never started, its schedule too; `from` for fewer states than that. False where it is in none of them (any
 * more): what has been started stays on record.
 */
export async function discardDraft(
	db: Db,
	migrationId: string,
	from: readonly MigrationState[] = PLANNED_MIGRATION_STATES,
): Promise<boolean> {
	const { count } = await db.migration.deleteMany({ where: { id: migrationId, state: { in: [...from] } } });
	return count > 0;
}
