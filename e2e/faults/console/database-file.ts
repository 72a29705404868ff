import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import SQLite from "better-sqlite3";
import type { Db } from "../../../server/db/client.ts";
import { PrismaClient } from "../../../server/db/generated/client.ts";
import { migrate } from "../../../server/db/migrate.ts";
import { createSqliteAdapter } from "../../../server/db/sqlite-adapter.ts";

const MIGRATIONS = fileURLToPath(new URL("../../../prisma/sqlite/migrations", import.meta.url));
/** A statement that meets another's lock blocks the thread, in real time: short, since the simulated one stands still meanwhile. */
const BUSY_TIMEOUT_MS = 20;
/** As the console sets them. */
const PRAGMAS = ["journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"];
const CLUSTER = "cluster1";

/** One console's database in a file of its own. A process may open several: they are different files. */
export class DatabaseFile {
	#lock: SQLite.Database | undefined;

	private constructor(
		readonly db: Db,
		readonly file: string,
	) {}

	/** With the inventory of one cluster; or, with `copyOf`, what another file has that nobody has open. */
	static async open(folder: string, name: string, nodes: readonly string[], copyOf?: string): Promise<DatabaseFile> {
		// The migrations take longer than a case does: they are applied once.
		const template = copyOf ?? join(folder, "template.db");
		if (!existsSync(template)) migrate(template, MIGRATIONS);
		const file = join(folder, `${name}.db`);
		copyFileSync(template, file);
		const db = new PrismaClient({
			adapter: createSqliteAdapter({ file, pragmas: PRAGMAS, busyTimeoutMs: BUSY_TIMEOUT_MS }),
			transactionOptions: { maxWait: 30_000, timeout: 10_000 },
		});
		await db.$connect();
		if (copyOf) return new DatabaseFile(db, file);
		await db.cluster.create({ data: { id: CLUSTER, name: "simulated" } });
		await db.node.createMany({ data: nodes.map((node) => ({ id: node, clusterId: CLUSTER, name: node, address: "127.0.0.1" })) });
		return new DatabaseFile(db, file);
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

	async close(): Promise<void> {
		this.unlock();
		await this.db.$disconnect();
	}
}
