import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import SQLite from "better-sqlite3";

/** One folder of prisma/<database>/migrations. `checksum` is the SHA-256 of its SQL, as Prisma records it. */
export interface Migration {
	name: string;
	sql: string;
	checksum: string;
}

export type MigrationErrorCode =
	/** The database has a migration that this version does not: it was written by a newer one. */
	| "database-newer"
	/** An applied migration's SQL is not what it was when it was applied. */
	| "migration-changed"
	/** Prisma's own command line began a migration here and did not finish it. */
	| "migration-unfinished"
	/** The migration's SQL failed, or left rows that refer to nothing. Nothing of it was kept. */
	| "migration-failed";

/** Why the database cannot be brought to this version's schema. Nothing was changed. */
export class MigrationError extends Error {
	readonly code: MigrationErrorCode;
	readonly migration: string;

	constructor(code: MigrationErrorCode, migration: string, message: string, options?: ErrorOptions) {
		super(message, options);
		this.name = "MigrationError";
		this.code = code;
		this.migration = migration;
	}
}

interface HistoryRow {
	migration_name: string;
	checksum: string;
	finished_at: unknown;
	rolled_back_at: unknown;
}

// As Prisma's own engine makes it, so that its command line can be used on the same database at any time.
const HISTORY_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    TEXT PRIMARY KEY NOT NULL,
    "checksum"              TEXT NOT NULL,
    "finished_at"           DATETIME,
    "migration_name"        TEXT NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        DATETIME,
    "started_at"            DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count"   INTEGER UNSIGNED NOT NULL DEFAULT 0
)`;

/** The migrations of a folder, oldest first. Folders without a `migration.sql` are not migrations. */
export function readMigrations(folder: string): Migration[] {
	return readdirSync(folder, { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, "migration.sql")))
		.map((entry) => {
			const bytes = readFileSync(join(folder, entry.name, "migration.sql"));
			return { name: entry.name, sql: bytes.toString("utf8"), checksum: createHash("sha256").update(bytes).digest("hex") };
		})
		.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Which migrations a database with this history still needs.
 * @throws {MigrationError} when the history is not one that this version can continue
 */
export function pendingMigrations(all: readonly Migration[], history: readonly HistoryRow[]): Migration[] {
	const standing = history.filter((row) => row.rolled_back_at === null);
	const applied = new Set<string>();
	for (const row of standing) {
		const migration = all.find((candidate) => candidate.name === row.migration_name);
		const name = row.migration_name;
		if (row.finished_at === null) {
			throw new MigrationError("migration-unfinished", name, `Migration ${name} was begun and not finished; see "prisma migrate resolve".`);
		}
		if (!migration) {
			throw new MigrationError("database-newer", name, `The database has migration ${name}, which this version of Gantry does not know.`);
		}
		if (migration.checksum !== row.checksum) {
			throw new MigrationError("migration-changed", name, `Migration ${name} was changed after it had been applied to this database.`);
		}
		applied.add(name);
	}
	return all.filter((migration) => !applied.has(migration.name));
}

/**
 * Brings the SQLite database `file` to the schema of the migrations in `folder`, as `prisma migrate deploy` does but without
 * Prisma's command line, and all or nothing. Several processes may call it at once: one applies, the others wait and find
 * nothing to do. To be called before the database is opened otherwise: a second connection in this process would wait for
 * a lock that this one holds while it blocks the thread.
 * @returns the names of the migrations applied, oldest first
 * @throws {MigrationError}
 */
export function migrate(file: string, folder: string): string[] {
	const all = readMigrations(folder);
	const db = new SQLite(file, { timeout: 15_000 });
	try {
		db.pragma("journal_mode = WAL");
		// Before BEGIN, where it still counts. Prisma changes a table by rebuilding and dropping it, and with foreign keys
		// on the drop deletes every row that refers to it; its own PRAGMA is ignored inside a transaction.
		db.pragma("foreign_keys = OFF");
		return db.transaction(() => apply(db, all)).immediate();
	} finally {
		db.close();
	}
}

function apply(db: SQLite.Database, all: readonly Migration[]): string[] {
	db.exec(HISTORY_TABLE);
	const history = db.prepare<[], HistoryRow>(`SELECT * FROM "_prisma_migrations"`).all();
	const pending = pendingMigrations(all, history);
	const record = db.prepare(
		`INSERT INTO "_prisma_migrations" ("id", "checksum", "finished_at", "migration_name", "started_at", "applied_steps_count") VALUES (?, ?, ?, ?, ?, 1)`,
	);
	for (const migration of pending) {
		const startedAt = timestamp();
		run(db, migration);
		record.run(randomUUID(), migration.checksum, timestamp(), migration.name, startedAt);
	}
	return pending.map((migration) => migration.name);
}

function run(db: SQLite.Database, { name, sql }: Migration): void {
	try {
		db.exec(sql);
	} catch (cause) {
		throw new MigrationError("migration-failed", name, `Migration ${name} failed: ${(cause as Error).message}`, { cause });
	}
	const broken = db.pragma("foreign_key_check") as unknown[];
	if (broken.length > 0) {
		throw new MigrationError("migration-failed", name, `Migration ${name} leaves ${broken.length} rows that refer to nothing.`);
	}
}

// The form in which Prisma writes times into SQLite.
function timestamp(): string {
	return new Date().toISOString().replace("Z", "+00:00");
}
