import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SqlDriverAdapter } from "@prisma/driver-adapter-utils";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { type CommitLog, WalFile } from "./commit-log.ts";
import { createSqliteAdapter } from "./sqlite-adapter.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const sql = (text: string) => ({ sql: text, args: [], argTypes: [] });
const PRAGMAS = ["journal_mode = WAL", "synchronous = NORMAL", "wal_autocheckpoint = 0"];

async function connect(file: string, commitLog?: CommitLog): Promise<SqlDriverAdapter> {
	const connection = await createSqliteAdapter({
		file,
		pragmas: PRAGMAS,
		busyTimeoutMs: 100,
		...(commitLog ? { commitLog } : {}),
	}).connect();
	onTestFinished(() => connection.dispose().catch(() => {}));
	return connection;
}

async function committed(connection: SqlDriverAdapter, statement: string): Promise<void> {
	const tx = await connection.startTransaction();
	await tx.executeRaw(sql(statement));
	await tx.executeRaw(sql("COMMIT"));
	await tx.commit();
}

/** A log that is synced when the test says so. */
class SlowLog implements CommitLog {
	readonly waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

	synced(): Promise<void> {
		return new Promise((resolve, reject) => {
			this.waiting.push({ resolve, reject });
		});
	}

	async close(): Promise<void> {}
}

describe("a write", () => {
	const writes: [string, (connection: SqlDriverAdapter) => Promise<unknown>][] = [
		["a statement", (connection) => connection.executeRaw(sql("INSERT INTO entry VALUES ('a')"))],
		["a statement that gives rows", (connection) => connection.queryRaw(sql("INSERT INTO entry VALUES ('a') RETURNING value"))],
		["a transaction", (connection) => committed(connection, "INSERT INTO entry VALUES ('a')")],
	];

	it.each(writes)("is told to nobody before it lies on the disk: %s", async (_, write) => {
		const log = new SlowLog();
		const connection = await connect(join(temporaryFolder(), "a.db"), log);
		await connection.executeScript("CREATE TABLE entry (value TEXT)");
		let told = false;
		const writing = write(connection).then(() => {
			told = true;
		});
		// Others read meanwhile, and whoever writes upon it waits for a sync that takes this one along.
		expect((await connection.queryRaw(sql("SELECT value FROM entry"))).rows.length).toBeLessThanOrEqual(1);
		await expect.poll(() => log.waiting.length).toBe(1);
		expect(told).toBe(false);
		log.waiting[0]?.resolve();
		await writing;
		expect(told).toBe(true);
	});

	it.each(writes)("fails where the disk does not take it: %s", async (_, write) => {
		const log = new SlowLog();
		const connection = await connect(join(temporaryFolder(), "a.db"), log);
		await connection.executeScript("CREATE TABLE entry (value TEXT)");
		const writing = write(connection);
		await expect.poll(() => log.waiting.length).toBe(1);
		log.waiting[0]?.reject(new Error("EIO: i/o error, fdatasync"));
		await expect(writing).rejects.toThrow(/not on the disk: EIO/);
	});

	it("that changes nothing waits for no disk", async () => {
		const log = new SlowLog();
		const connection = await connect(join(temporaryFolder(), "a.db"), log);
		await connection.executeScript("CREATE TABLE entry (value TEXT)");
		await connection.queryRaw(sql("SELECT value FROM entry"));
		await committed(connection, "SELECT 1");
		expect(log.waiting).toEqual([]);
	});
});

it("syncs the real log, for many at once, and opens it again after a power cut at any byte behind that", async () => {
	const folder = temporaryFolder();
	const file = join(folder, "a.db");
	const log = new WalFile(file);
	let syncs = 0;
	const counted: CommitLog = {
		synced: () => {
			syncs += 1;
			return log.synced();
		},
		close: () => log.close(),
	};
	const connection = await connect(file, counted);
	await connection.executeScript("CREATE TABLE entry (value TEXT)");
	const ends: number[] = [];
	for (let value = 0; value < 20; value++) {
		await connection.executeRaw(sql(`INSERT INTO entry VALUES ('${value}')`));
		ends.push(readFileSync(`${file}-wal`).length);
	}
	await Promise.all(Array.from({ length: 50 }, (_, value) => connection.executeRaw(sql(`INSERT INTO entry VALUES ('more ${value}')`))));
	expect(syncs).toBe(70);
	const [database, wal] = [readFileSync(file), readFileSync(`${file}-wal`)];
	let copies = 0;
	const cut = fc.record({ at: fc.integer({ min: ends[0] ?? 0, max: wal.length }), rubbish: fc.uint8Array({ maxLength: 9_000 }) });
	await fc.assert(
		fc.asyncProperty(cut, async ({ at, rubbish }) => {
			copies += 1;
			const copy = join(folder, `copy${copies}.db`);
			writeFileSync(copy, database);
			writeFileSync(`${copy}-wal`, wal.subarray(0, at));
			appendFileSync(`${copy}-wal`, rubbish);
			const again = await createSqliteAdapter({ file: copy, pragmas: PRAGMAS, busyTimeoutMs: 100 }).connect();
			try {
				const { rows } = await again.queryRaw(sql("SELECT value FROM entry ORDER BY rowid"));
				const synced = ends.filter((end) => end <= at).map((_, value) => String(value));
				expect(rows.map(([value]) => value).slice(0, synced.length)).toEqual(synced);
				expect((await again.queryRaw(sql("PRAGMA integrity_check"))).rows).toEqual([["ok"]]);
			} finally {
				await again.dispose();
			}
		}),
		{ numRuns: 60 },
	);
});
