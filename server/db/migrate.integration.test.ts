import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import SQLite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { MigrationError, migrate, pendingMigrations } from "./migrate.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const FIRST = `CREATE TABLE parent (id TEXT PRIMARY KEY); CREATE TABLE child (parent TEXT NOT NULL REFERENCES parent (id) ON DELETE CASCADE);`;
const ROWS = `INSERT INTO parent VALUES ('p'); INSERT INTO child VALUES ('p');`;
// What Prisma writes for a changed column: the table is made anew, filled, and the old one dropped.
const REBUILD = `PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_parent" (id TEXT PRIMARY KEY, name TEXT NOT NULL DEFAULT '');
INSERT INTO "new_parent" (id) SELECT id FROM parent;
DROP TABLE parent;
ALTER TABLE "new_parent" RENAME TO parent;
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;`;

function project() {
	const folder = temporaryFolder();
	const migrations = join(folder, "migrations");
	mkdirSync(migrations);
	writeFileSync(join(migrations, "migration_lock.toml"), 'provider = "sqlite"\n');
	const file = join(folder, "a.db");
	return {
		file,
		migrations,
		add(name: string, sql: string) {
			mkdirSync(join(migrations, name), { recursive: true });
			writeFileSync(join(migrations, name, "migration.sql"), sql);
		},
		migrate: () => migrate(file, migrations),
		query<T>(sql: string): T[] {
			const db = new SQLite(file);
			try {
				return db.prepare<[], T>(sql).all();
			} finally {
				db.close();
			}
		},
		execute(sql: string) {
			const db = new SQLite(file);
			db.exec(sql);
			db.close();
		},
	};
}

const tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
const codeOf = (work: () => unknown) => {
	try {
		work();
	} catch (error) {
		if (error instanceof MigrationError) return error.code;
		throw error;
	}
	return undefined;
};

it("applies what is missing, oldest first, and nothing twice", () => {
	const p = project();
	p.add("2_second", "ALTER TABLE parent ADD COLUMN second TEXT;");
	p.add("1_first", FIRST);
	expect(p.migrate()).toEqual(["1_first", "2_second"]);
	expect(p.migrate()).toEqual([]);
	p.add("3_third", "ALTER TABLE parent ADD COLUMN third TEXT;");
	expect(p.migrate()).toEqual(["3_third"]);
	expect(p.query<{ name: string }>("SELECT name FROM pragma_table_info('parent')").map((c) => c.name)).toEqual(["id", "second", "third"]);
	const history = p.query<{ migration_name: string; checksum: string; finished_at: string }>(
		"SELECT * FROM _prisma_migrations ORDER BY migration_name",
	);
	expect(history.map((row) => row.migration_name)).toEqual(["1_first", "2_second", "3_third"]);
	expect(history[0]?.checksum).toBe(createHash("sha256").update(FIRST).digest("hex"));
	expect(history[0]?.finished_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/);
});

it("keeps the rows that refer to a rebuilt table", () => {
	const p = project();
	p.add("1_first", FIRST + ROWS);
	p.migrate();
	p.add("2_rebuild", REBUILD);
	p.migrate();
	expect(p.query("SELECT * FROM child")).toEqual([{ parent: "p" }]);
	expect(p.query("SELECT * FROM parent")).toEqual([{ id: "p", name: "" }]);
});

describe("leaves everything as it was when", () => {
	it("a migration's SQL fails", () => {
		const p = project();
		p.add("1_first", FIRST);
		p.add("2_broken", "CREATE TABLE other (id TEXT); INSERT INTO nowhere VALUES (1);");
		expect(codeOf(p.migrate)).toBe("migration-failed");
		expect(p.query(tables)).toEqual([]);
	});

	it("a migration leaves rows that refer to nothing", () => {
		const p = project();
		p.add("1_first", FIRST + ROWS);
		p.migrate();
		p.add("2_orphans", "DELETE FROM parent;");
		expect(codeOf(p.migrate)).toBe("migration-failed");
		expect(p.query("SELECT * FROM parent")).toEqual([{ id: "p" }]);
	});

	it("the database is newer than this version", () => {
		const p = project();
		p.add("1_first", FIRST);
		p.migrate();
		p.execute("UPDATE _prisma_migrations SET migration_name = '9_from_the_future'");
		expect(codeOf(p.migrate)).toBe("database-newer");
	});

	it("an applied migration was changed", () => {
		const p = project();
		p.add("1_first", FIRST);
		p.migrate();
		p.add("1_first", `${FIRST} -- changed`);
		p.add("2_second", "CREATE TABLE second (id TEXT);");
		expect(codeOf(p.migrate)).toBe("migration-changed");
		expect(p.query(tables)).not.toContainEqual({ name: "second" });
	});

	it("another tool left a migration unfinished", () => {
		const p = project();
		p.add("1_first", FIRST);
		p.migrate();
		p.execute("UPDATE _prisma_migrations SET finished_at = NULL");
		expect(codeOf(p.migrate)).toBe("migration-unfinished");
	});
});

it("applies again what was rolled back by hand", () => {
	const migration = { name: "1_first", sql: "", checksum: "c" };
	const row = { migration_name: "1_first", checksum: "c", finished_at: null, rolled_back_at: "2026-01-01" };
	expect(pendingMigrations([migration], [row])).toEqual([migration]);
});

it("lets one of several processes apply and the others wait", async () => {
	const p = project();
	p.add("1_first", FIRST);
	for (let n = 2; n < 30; n++) p.add(`2_step_${n}`, `CREATE TABLE t${n} (id TEXT);`);
	const script = `import { migrate } from ${JSON.stringify(fileURLToPath(new URL("./migrate.ts", import.meta.url)))};
process.stdout.write(String(migrate(process.argv[1], process.argv[2]).length));`;
	const run = promisify(execFile);
	const args = ["--import", "tsx", "--input-type=module", "--eval", script, "--", p.file, p.migrations];
	const applied = await Promise.all(Array.from({ length: 3 }, async () => Number((await run(process.execPath, args)).stdout)));
	expect(applied.toSorted((a, b) => a - b)).toEqual([0, 0, 29]);
	expect(p.query("SELECT count(*) AS n FROM _prisma_migrations")).toEqual([{ n: 29 }]);
});
