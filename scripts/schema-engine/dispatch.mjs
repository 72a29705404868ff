import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import { createDatabase } from "./command.mjs";
import { loadEngine } from "./engine.mjs";
import { createFactory, dropEverything, hasTable } from "./sqlite.mjs";

// The table as Prisma's own engine makes it.
const HISTORY_TABLE = `CREATE TABLE "_prisma_migrations" (
    "id"                    TEXT PRIMARY KEY NOT NULL,
    "checksum"              TEXT NOT NULL,
    "finished_at"           DATETIME,
    "migration_name"        TEXT NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        DATETIME,
    "started_at"            DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count"   INTEGER UNSIGNED NOT NULL DEFAULT 0
)`;
const READS_HISTORY = ["devDiagnostic", "diagnoseMigrationHistory", "markMigrationApplied"];
const REPLAYS_HISTORY = ["evaluateDataLoss", "createMigration"];

/**
 * Maps the native engine's methods to the WebAssembly engine's, and works around where the two differ.
 * @param {{ datamodels: string[], file: string }} options
 * @returns {(method: string, params: any) => Promise<any>}
 */
export function createDispatcher({ datamodels, file }) {
	/** @type {import("@prisma/driver-adapter-utils").SqlDriverAdapter[]} */
	const connections = [];
	let loaded;
	const load = async () => {
		const factory = bindMigrationAwareSqlAdapterFactory(createFactory(file, connections));
		try {
			return { engine: await loadEngine(datamodels, factory), errors: factory.errorRegistry };
		} catch (error) {
			throw unwrap(error, factory.errorRegistry);
		}
	};

	return async (method, params) => {
		if (method === "createDatabase") {
			createDatabase(file);
			return { databaseName: file };
		}
		loaded ??= load();
		const { engine, errors } = await loaded;
		// The engine opens its own connection to the database first, then perhaps one to a shadow of it.
		const [connection] = connections;
		if (!connection) throw new Error("The WebAssembly schema engine opened no connection.");
		const name = method === "getDatabaseVersion" ? "version" : method;
		if (typeof engine[name] !== "function") throw new Error(`The WebAssembly schema engine does not know ${method}.`);
		if (name === "reset") {
			await dropEverything(connection);
			return {};
		}
		// Where the native engine reads a missing history table as "nothing applied yet", this one fails: lend it an empty one.
		const lent = READS_HISTORY.includes(name) && !(await hasTable(connection, "_prisma_migrations"));
		if (lent) await connection.executeScript(HISTORY_TABLE);
		try {
			// These replay the history on the real database unless the shadow database was opened before; this opens it.
			if (REPLAYS_HISTORY.includes(name)) {
				await engine.devDiagnostic({ migrationsList: params.migrationsList, filters: params.filters });
			}
			const result = (await engine[name](params)) ?? {};
			if (lent && name === "diagnoseMigrationHistory") result.hasMigrationsTable = false;
			return result;
		} catch (error) {
			throw unwrap(error, errors);
		} finally {
			if (lent && name !== "markMigrationApplied") await connection.executeScript('DROP TABLE "_prisma_migrations"');
		}
	};
}

// An error of the driver adapter travels through the engine as a number; the real one waits in the registry.
/** @type {(error: any, errors: import("@prisma/driver-adapter-utils").ErrorRegistry) => unknown} */
function unwrap(error, errors) {
	const id = /External error id#(\d+)/.exec(String(error?.message))?.[1];
	return (id && errors.consumeError(Number(id))?.error) ?? error;
}
