import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import SQLite from "better-sqlite3";
import type { Db } from "../../../server/db/client.ts";
import type { CommitLog } from "../../../server/db/commit-log.ts";
import { PrismaClient } from "../../../server/db/generated/client.ts";
import { migrate } from "../../../server/db/migrate.ts";
import { createSqliteAdapter } from "../../../server/db/sqlite-adapter.ts";

const MIGRATIONS = fileURLToPath(new URL("../../../prisma/sqlite/migrations", import.meta.url));
/** A statement that meets another's lock blocks the thread, in real time: short, since the simulated one stands still meanwhile. */
const BUSY_TIMEOUT_MS = 20;
/** As the console sets them; and the log only grows, so that its size says how far it was synced. */
const PRAGMAS = ["journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "wal_autocheckpoint = 0"];
/** The event of a run that a person has made by a retry. */
export const TRIED_AGAIN = "run.tried-again";
/**
 * What people decide about migrations, as the changes themselves say: written down by the database in the very transaction, whoever
 * changes it. The audit is compared with that.
 */
const DECIDED = `
	CREATE TABLE "Decided" (id INTEGER PRIMARY KEY, "migrationId" TEXT NOT NULL, code TEXT);
	CREATE TRIGGER decided_of_migration AFTER UPDATE OF state ON "Migration" WHEN NEW.state <> OLD.state
		BEGIN INSERT INTO "Decided" ("migrationId", code) VALUES (NEW.id, json_extract(NEW."stateWhy", '$.code')); END;
	CREATE TRIGGER decided_of_run AFTER INSERT ON "RunEvent" WHEN NEW.code = '${TRIED_AGAIN}'
		BEGIN INSERT INTO "Decided" ("migrationId", code) VALUES (NEW."migrationId", NEW.code); END;
`;
/** Later than this the kernel writes by itself what nobody has synced. */
const KERNEL_WRITES_AFTER_MS = 30_000;
const CLUSTER = "cluster1";

/**
 * Which part of the write-ahead log lies on the disk. Syncs take no time here, and nothing is written to any real disk: what a power cut
 * leaves is a copy of the file as far as it was synced, and what comes of the rest is chance.
 */
class DiskOfTheConsole implements CommitLog {
	#syncedBytes = 0;
	#waiting: ((error: Error) => void) | undefined;
	#written: { atMs: number; bytes: number }[] = [];
	/** Called where the next commit has been written and is not synced yet. */
	onWritten: (() => void) | undefined;

	constructor(private readonly wal: string) {}

	async synced(): Promise<void> {
		const bytes = this.#size;
		this.#written.push({ atMs: performance.now(), bytes });
		const cut = this.onWritten;
		if (!cut) {
			this.#syncedBytes = bytes;
			return;
		}
		this.onWritten = undefined;
		cut();
		return new Promise((_, reject) => {
			this.#waiting = reject;
		});
	}

	async close(): Promise<void> {}

	/** Whoever waited for what never came to the disk need not be waited for. */
	letGo(): void {
		this.#waiting?.(new Error("the machine has no power"));
	}

	get #size(): number {
		return existsSync(this.wal) ? statSync(this.wal).size : 0;
	}

	/** The log as the next boot finds it: whole as far as it was synced, and then cut or garbled somewhere. */
	afterPowerCut(random: () => number): Buffer {
		const until = performance.now() - KERNEL_WRITES_AFTER_MS;
		const old = this.#written.filter(({ atMs }) => atMs <= until).at(-1)?.bytes ?? 0;
		const bytes = existsSync(this.wal) ? readFileSync(this.wal) : Buffer.alloc(0);
		const safe = Math.max(this.#syncedBytes, old);
		const at = safe + Math.floor(random() * (bytes.length - safe + 1));
		// A file's size may be on the disk before its bytes are: zeros, or what lay there before.
		if (random() < 0.5) return bytes.subarray(0, at);
		return Buffer.concat([bytes.subarray(0, at), Buffer.from(Array.from(bytes.subarray(at), () => Math.floor(random() * 256)))]);
	}
}

/** One console's database in a file of its own. A process may open several: they are different files. */
export class DatabaseFile {
	#lock: SQLite.Database | undefined;

	private constructor(
		readonly db: Db,
		readonly file: string,
		private readonly disk: DiskOfTheConsole,
	) {}

	/** With the inventory of one cluster; or, with `copyOf`, what another file has that nobody has open. */
	static async open(folder: string, name: string, nodes: readonly string[], copyOf?: string): Promise<DatabaseFile> {
		// The migrations take longer than a case does: they are applied once.
		const template = copyOf ?? join(folder, "template.db");
		if (!existsSync(template)) {
			migrate(template, MIGRATIONS);
			const made = new SQLite(template);
			made.exec(DECIDED);
			made.close();
		}
		const file = join(folder, `${name}.db`);
		copyFileSync(template, file);
		const opened = await DatabaseFile.reopen(file);
		if (copyOf) return opened;
		const { db } = opened;
		await db.cluster.create({ data: { id: CLUSTER, name: "simulated" } });
		await db.node.createMany({ data: nodes.map((node) => ({ id: node, clusterId: CLUSTER, name: node, address: "127.0.0.1" })) });
		return opened;
	}

	/** A file that is there. */
	private static async reopen(file: string): Promise<DatabaseFile> {
		const disk = new DiskOfTheConsole(`${file}-wal`);
		const db = new PrismaClient({
			adapter: createSqliteAdapter({ file, pragmas: PRAGMAS, busyTimeoutMs: BUSY_TIMEOUT_MS, commitLog: disk }),
			transactionOptions: { maxWait: 30_000, timeout: 10_000 },
		});
		await db.$connect();
		return new DatabaseFile(db, file, disk);
	}

	readonly clusterId = CLUSTER;

	/** Another process holds it: nobody else writes until `unlock`. */
	lock(): void {
		this.#lock = new SQLite(this.file, { timeout: BUSY_TIMEOUT_MS });
		this.#lock.exec("BEGIN IMMEDIATE");
	}

	unlock(): void {
		this.#lock?.exec("ROLLBACK");
		this.#lock?.close();
		this.#lock = undefined;
	}

	/** No room for another page from here on. */
	async fill(): Promise<void> {
		await this.db.$queryRawUnsafe("PRAGMA max_page_count = 1");
	}

	async makeRoom(): Promise<void> {
		await this.db.$queryRawUnsafe("PRAGMA max_page_count = 1073741823");
	}

	/** Resolves in the middle of the next write: it is in the log, not on the disk, and nobody was told. */
	nextWrite(): Promise<void> {
		return new Promise((resolve) => {
			this.disk.onWritten = resolve;
		});
	}

	/** What the machine's next boot finds after a power cut at this moment. */
	afterPowerCut(random: () => number): Promise<DatabaseFile> {
		const file = this.file.replace(/(?:-cut)?\.db$/, "-cut.db");
		copyFileSync(this.file, file);
		writeFileSync(`${file}-wal`, this.disk.afterPowerCut(random));
		return DatabaseFile.reopen(file);
	}

	async close(): Promise<void> {
		this.unlock();
		this.disk.letGo();
		await this.db.$disconnect();
	}
}
