import { accessSync, chmodSync, constants, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import SQLite from "better-sqlite3";

/** The data folder cannot be made or written; `message` says why. */
export class DataFolderError extends Error {
	constructor(folder: string, reason: string) {
		super(`The data folder ${folder} cannot be used: ${reason}. It must belong to the user that the console runs as (GANTRY_DATA_DIR).`);
		this.name = "DataFolderError";
	}
}

/** Makes the folder, readable by its owner alone; one that belongs to somebody else stays as it is. Throws DataFolderError. */
export function makeDataFolder(folder: string): void {
	try {
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		if (statSync(folder).uid === process.getuid?.()) chmodSync(folder, 0o700);
		accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
	} catch (error) {
		throw new DataFolderError(folder, error instanceof Error && "code" in error ? String(error.code) : String(error));
	}
}

/** Another console works with this data folder. */
export class DataFolderInUseError extends Error {
	constructor(
		readonly folder: string,
		/** As it was written there; another container counts its processes on its own. */
		readonly pid: string | null,
	) {
		super(
			`Another console${pid ? ` (process ${pid})` : ""} already works with the data folder ${folder}. Stop it first, or give this one a folder of its own by GANTRY_DATA_DIR.`,
		);
		this.name = "DataFolderInUseError";
	}
}

/**
 * Takes the data folder for this process and returns the function that gives it back. The lock is one of the operating system, held
 * by SQLite on a file of its own: it ends with the process however that ends, and holds between containers that share a volume,
 * where a process id says nothing. Throws DataFolderInUseError.
 */
export function lockDataFolder(folder: string): () => void {
	const pidFile = join(folder, "console.pid");
	const lock = new SQLite(join(folder, "console.lock"), { timeout: 0 });
	try {
		lock.exec("BEGIN EXCLUSIVE");
	} catch (error) {
		lock.close();
		if (error instanceof SQLite.SqliteError && error.code.startsWith("SQLITE_BUSY"))
			throw new DataFolderInUseError(folder, readPid(pidFile));
		throw error;
	}
	writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
	return () => {
		rmSync(pidFile, { force: true });
		lock.close();
	};
}

function readPid(file: string): string | null {
	try {
		return readFileSync(file, "utf8").trim() || null;
	} catch {
		return null;
	}
}
