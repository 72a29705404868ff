import type { Db } from "../../db/client.ts";
import { ChangeMigration } from "../change-migration.ts";

/** What people do to migrations, where nobody is told of it. */
export function changesOf(db: Db, now: () => Date = () => new Date()): ChangeMigration {
	const nothing = () => {};
	return new ChangeMigration({ db, onMigrationChanged: nothing, onRunChanged: nothing, onEvent: nothing, wake: nothing, now });
}
