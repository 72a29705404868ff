import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CountedLog, WalFile } from "./commit-log.ts";
import { PrismaClient } from "./generated/client.ts";
import { migrate } from "./migrate.ts";
import { createSqliteAdapter } from "./sqlite-adapter.ts";

/** The database, as everything in server uses it. */
export type Db = PrismaClient;

export interface DatabaseOptions {
	/** Path of the SQLite file; its folder is made when missing. */
	file: string;
	/** Folder of the migrations to apply first. */
	migrations: string;
}

interface Opened {
	file: string;
	db: Db;
	log: CountedLog;
}

// On globalThis because Next bundles route handlers and instrumentation apart, each with its own copy of this module.
// Two connections in one process would deadlock: each waits, blocking the thread, for a lock whose holder cannot run.
const holder = globalThis as typeof globalThis & { gantryDatabase?: Opened };

const PRAGMAS = [
	"journal_mode = WAL",
	// With WAL a power cut cannot corrupt the file. That no commit is lost by it either is the adapter's doing: it syncs the log
	// itself, beside the thread, before it tells anybody that something was written.
	"synchronous = NORMAL",
	"foreign_keys = ON",
];

/**
 * Applies pending migrations and opens the database. The process has one client: a second call with the same file returns
 * it, one with another file throws.
 * @throws {MigrationError} when the file cannot be brought to this version's schema
 */
export async function openDatabase(options: DatabaseOptions): Promise<Db> {
	const file = resolve(options.file);
	const opened = holder.gantryDatabase;
	if (opened) {
		if (opened.file !== file) throw new Error(`This process already has ${opened.file} open; it cannot open ${file} as well.`);
		return opened.db;
	}
	mkdirSync(dirname(file), { recursive: true });
	migrate(file, resolve(options.migrations));
	const log = new CountedLog(new WalFile(file));
	const db = new PrismaClient({
		adapter: createSqliteAdapter({ file, pragmas: PRAGMAS, busyTimeoutMs: 2_000, commitLog: log }),
		// Array transactions queue one by one; the default of 2 s is what a burst of them already exceeds.
		transactionOptions: { maxWait: 30_000, timeout: 10_000 },
	});
	holder.gantryDatabase = { file, db, log };
	try {
		await db.$connect();
	} catch (error) {
		holder.gantryDatabase = undefined;
		throw error;
	}
	return db;
}

/** The open database. Throws when `openDatabase` has not been called: a programming error, not a state to handle. */
export function database(): Db {
	if (!holder.gantryDatabase) throw new Error("The database has not been opened yet.");
	return holder.gantryDatabase.db;
}

/** How often something has been written: where it is what it was, a reading that began meanwhile would tell the same again. */
export function commitsSoFar(): number {
	return holder.gantryDatabase?.log.commits ?? 0;
}

/** Closes the database after the statements already queued. Does nothing when it is not open. */
export async function closeDatabase(): Promise<void> {
	const opened = holder.gantryDatabase;
	holder.gantryDatabase = undefined;
	await opened?.db.$disconnect();
}
