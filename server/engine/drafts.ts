import type { Db } from "../db/client.ts";

/** Takes away a plan that was never started. False where it is none (any more): what has been started stays on record. */
export async function discardDraft(db: Db, migrationId: string): Promise<boolean> {
	const { count } = await db.migration.deleteMany({ where: { id: migrationId, state: "draft" } });
	return count > 0;
}
