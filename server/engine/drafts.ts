import type { MigrationState } from "../../lib/contracts/run.ts";
import { PLANNED_MIGRATION_STATES } from "../../lib/run-states.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import { isNotThere } from "../db/not-there.ts";

/**
 * Takes away a plan that was never started, its schedule too; `from` for fewer states than that. False where it is in none of them (any
 * more): what has been started stays on record. `commit`: writes the record of it with it.
 */
export async function discardDraft(
	db: Db,
	migrationId: string,
	from: readonly MigrationState[] = PLANNED_MIGRATION_STATES,
	commit: Commit = alone(db),
): Promise<boolean> {
	try {
		await commit([db.migration.delete({ where: { id: migrationId, state: { in: [...from] } }, select: { id: true } })]);
		return true;
	} catch (error) {
		if (isNotThere(error)) return false;
		throw error;
	}
}
