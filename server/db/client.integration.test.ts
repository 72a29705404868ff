import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { closeDatabase, commitsSoFar, database, openDatabase } from "./client.ts";
import { MigrationError } from "./migrate.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const migrations = fileURLToPath(new URL("../../prisma/sqlite/migrations", import.meta.url));
const pragma = async (name: string) =>
	Object.values((await database().$queryRawUnsafe<Record<string, unknown>[]>(`PRAGMA ${name}`))[0] ?? {})[0];

afterEach(closeDatabase);

it("makes the folder, applies the migrations and sets the connection up", async () => {
	const file = join(temporaryFolder(), "a folder/gantry.db");
	const db = await openDatabase({ file, migrations });
	expect(await db.meta.count()).toBe(0);
	expect(await pragma("journal_mode")).toBe("wal");
	expect(Number(await pragma("synchronous"))).toBe(1);
	expect(Number(await pragma("foreign_keys"))).toBe(1);
});

it("has one client in the process", async () => {
	const folder = temporaryFolder();
	const file = join(folder, "gantry.db");
	const [one, two] = await Promise.all([openDatabase({ file, migrations }), openDatabase({ file, migrations })]);
	expect(two).toBe(one);
	expect(database()).toBe(one);
	await expect(openDatabase({ file: join(folder, "other.db"), migrations })).rejects.toThrow("already has");
});

it("finds after a restart what was written before it", async () => {
	const file = join(temporaryFolder(), "gantry.db");
	const before = await openDatabase({ file, migrations });
	await before.meta.create({ data: { key: "installation", value: "one" } });
	await closeDatabase();
	const after = await openDatabase({ file, migrations });
	expect(after).not.toBe(before);
	expect(await after.meta.findUnique({ where: { key: "installation" } })).toEqual({ key: "installation", value: "one" });
});

it("writes all of an array transaction or nothing", async () => {
	const db = await openDatabase({ file: join(temporaryFolder(), "gantry.db"), migrations });
	const create = (key: string) => db.meta.create({ data: { key, value: "" } });
	await expect(db.$transaction([create("a"), create("b"), create("a")])).rejects.toMatchObject({ code: "P2002" });
	const [refused] = await Promise.allSettled([db.$transaction([create("c"), create("c")]), create("beside")]);
	expect(refused.status).toBe("rejected");
	await db.$transaction([create("d"), create("e")]);
	expect((await db.meta.findMany({ orderBy: { key: "asc" } })).map((row) => row.key)).toEqual(["beside", "d", "e"]);
});

it("counts what is written and not what is read", async () => {
	const db = await openDatabase({ file: join(temporaryFolder(), "gantry.db"), migrations });
	const create = (key: string) => db.meta.create({ data: { key, value: "" } });
	const grown = async (work: () => Promise<unknown>) => {
		const before = commitsSoFar();
		await work();
		return commitsSoFar() > before;
	};
	expect(await grown(() => create("a"))).toBe(true);
	expect(await grown(() => db.$transaction([create("b"), create("c")]))).toBe(true);
	expect(await grown(() => db.meta.updateMany({ data: { value: "1" } }))).toBe(true);
	expect(await grown(() => db.$executeRaw`DELETE FROM "Meta" WHERE "key" = 'a'`)).toBe(true);
	expect(await grown(() => db.meta.findMany())).toBe(false);
});

it("gives one of many claimants what a conditional update guards", async () => {
	const db = await openDatabase({ file: join(temporaryFolder(), "gantry.db"), migrations });
	await db.meta.create({ data: { key: "lease", value: "free" } });
	const claim = (who: number) => db.meta.updateMany({ where: { key: "lease", value: "free" }, data: { value: String(who) } });
	const counts = (await Promise.all(Array.from({ length: 20 }, (_, who) => claim(who)))).map((result) => result.count);
	expect(counts.filter((count) => count === 1)).toHaveLength(1);
	expect(counts.filter((count) => count === 0)).toHaveLength(19);
});

it("opens nothing when the migrations cannot be applied, and can be asked again", async () => {
	const folder = temporaryFolder();
	mkdirSync(join(folder, "migrations/1_broken"), { recursive: true });
	writeFileSync(join(folder, "migrations/1_broken/migration.sql"), "NOT SQL;");
	const file = join(folder, "gantry.db");
	await expect(openDatabase({ file, migrations: join(folder, "migrations") })).rejects.toBeInstanceOf(MigrationError);
	expect(() => database()).toThrow("not been opened");
	await openDatabase({ file, migrations });
});
