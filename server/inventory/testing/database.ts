import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { closeDatabase, type Db, openDatabase } from "../../db/client.ts";
import { temporaryFolder } from "../../db/temporary-folder.ts";

const migrations = fileURLToPath(new URL("../../../prisma/sqlite/migrations", import.meta.url));

/** A real database of its own for one test. */
export async function temporaryDatabase(): Promise<Db> {
	const folder = temporaryFolder();
	const db = await openDatabase({ file: join(folder, "gantry.db"), migrations });
	onTestFinished(closeDatabase);
	return db;
}
