import { join } from "node:path";
import type { SqlDriverAdapter, SqlQueryable } from "@prisma/driver-adapter-utils";
import { describe, expect, it, onTestFinished } from "vitest";
import { createSqliteAdapter } from "./sqlite-adapter.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const sql = (text: string) => ({ sql: text, args: [], argTypes: [] });
const values = async (on: SqlQueryable) => (await on.queryRaw(sql("SELECT value FROM entry ORDER BY value"))).rows.map(([value]) => value);

async function connect(): Promise<SqlDriverAdapter> {
	const file = join(temporaryFolder(), "a.db");
	const connection = await createSqliteAdapter({
		file,
		pragmas: ["journal_mode = WAL", "foreign_keys = ON"],
		busyTimeoutMs: 100,
	}).connect();
	onTestFinished(() => connection.dispose());
	await connection.executeScript("CREATE TABLE entry (value TEXT PRIMARY KEY)");
	return connection;
}

it("takes as many values in one statement as it says", async () => {
	const connection = await connect();
	const most = connection.getConnectionInfo?.().maxBindValues ?? 0;
	expect(most).toBeGreaterThan(30_000);
	const args = Array.from({ length: most }, (_, index) => String(index));
	const argTypes = args.map(() => ({ scalarType: "string", arity: "scalar" }) as const);
	const { rows } = await connection.queryRaw({ sql: `SELECT 1 WHERE '5' IN (${args.map(() => "?").join()})`, args, argTypes });
	expect(rows).toEqual([[1]]);
});

describe("a statement issued while a transaction is open", () => {
	it("is not lost when the transaction rolls back", async () => {
		const connection = await connect();
		const tx = await connection.startTransaction();
		await tx.executeRaw(sql("INSERT INTO entry VALUES ('inside')"));
		const outside = connection.executeRaw(sql("INSERT INTO entry VALUES ('outside')"));
		await tx.executeRaw(sql("ROLLBACK"));
		await tx.rollback();
		expect(await outside).toBe(1);
		expect(await values(connection)).toEqual(["outside"]);
	});

	it("does not see what is not committed", async () => {
		const connection = await connect();
		const tx = await connection.startTransaction();
		await tx.executeRaw(sql("INSERT INTO entry VALUES ('inside')"));
		const read = values(connection);
		expect(await values(tx)).toEqual(["inside"]);
		await tx.executeRaw(sql("ROLLBACK"));
		await tx.rollback();
		expect(await read).toEqual([]);
	});
});

it("runs transactions and statements in the order they were asked for", async () => {
	const connection = await connect();
	const transaction = async (name: string) => {
		const tx = await connection.startTransaction();
		await tx.executeRaw(sql(`INSERT INTO entry VALUES ('${name}')`));
		await tx.executeRaw(sql("COMMIT"));
		await tx.commit();
	};
	const statement = (name: string) => connection.executeRaw(sql(`INSERT INTO entry VALUES ('${name}')`));
	await Promise.all([transaction("d"), statement("c"), transaction("b"), statement("a")]);
	const { rows } = await connection.queryRaw(sql("SELECT value FROM entry ORDER BY rowid"));
	expect(rows).toEqual([["d"], ["c"], ["b"], ["a"]]);
});

it("is usable after a COMMIT that failed", async () => {
	const connection = await connect();
	await connection.executeScript("CREATE TABLE child (parent TEXT REFERENCES entry (value) DEFERRABLE INITIALLY DEFERRED)");
	const tx = await connection.startTransaction();
	await tx.executeRaw(sql("INSERT INTO child VALUES ('nobody')"));
	await expect(tx.executeRaw(sql("COMMIT"))).rejects.toThrow();
	await tx.rollback();

	const next = await connection.startTransaction();
	await next.executeRaw(sql("INSERT INTO entry VALUES ('later')"));
	await next.executeRaw(sql("COMMIT"));
	await next.commit();
	expect(await values(connection)).toEqual(["later"]);
	expect((await connection.queryRaw(sql("SELECT count(*) FROM child"))).rows).toEqual([[0]]);
});

it("is usable after a transaction that could not begin", async () => {
	const connection = await connect();
	await expect(connection.startTransaction("READ COMMITTED")).rejects.toThrow();
	await connection.executeRaw(sql("INSERT INTO entry VALUES ('later')"));
	expect(await values(connection)).toEqual(["later"]);
});

it("lets timers run during a long loop of writes", async () => {
	const connection = await connect();
	let ticks = 0;
	const timer = setInterval(() => ticks++, 1);
	onTestFinished(() => clearInterval(timer));
	const until = performance.now() + 300;
	for (let i = 0; performance.now() < until; i++) await connection.executeRaw(sql(`INSERT INTO entry VALUES ('${i}')`));
	// Without the breaths it is 0: promises alone never let a timer fire.
	expect(ticks).toBeGreaterThan(3);
});
