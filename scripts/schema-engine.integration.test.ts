import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import SQLite from "better-sqlite3";
import { expect, it, onTestFinished } from "vitest";
import { migrate } from "../server/db/migrate.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const models = (fields: string) => `datasource db {
  provider = "sqlite"
}

model Parent {
  id String @id
  ${fields}
  children Child[]
}

model Child {
  id Int @id @default(autoincrement())
  parentId String
  parent Parent @relation(fields: [parentId], references: [id], onDelete: Cascade)
}
`;

/** A project of its own that uses the repository's schema engine through Prisma's command line, as a developer would. */
function project() {
	const folder = mkdtempSync(join(tmpdir(), "gantry-prisma-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	mkdirSync(join(folder, "schema"));
	symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
	writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
	writeFileSync(
		join(folder, "prisma.config.ts"),
		`import { defineConfig } from "prisma/config";
process.env.PRISMA_SCHEMA_ENGINE_BINARY = ${JSON.stringify(join(root, "scripts/schema-engine.mjs"))};
export default defineConfig({ schema: "schema", migrations: { path: "migrations" }, datasource: { url: "file:a.db" } });`,
	);
	const file = join(folder, "a.db");
	return {
		file,
		migrations: join(folder, "migrations"),
		names: () => readdirSync(join(folder, "migrations")).filter((name) => !name.endsWith(".toml")),
		schema: (fields: string) => writeFileSync(join(folder, "schema/models.prisma"), models(fields)),
		query(sql: string): unknown[] {
			const db = new SQLite(file);
			try {
				return db.prepare(sql).all();
			} finally {
				db.close();
			}
		},
		execute(sql: string) {
			const db = new SQLite(file);
			db.exec(sql);
			db.close();
		},
		prisma: (...args: string[]) =>
			new Promise<{ status: number; output: string }>((resolve) => {
				const env = { ...process.env, PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" };
				const child = execFile(join(root, "node_modules/.bin/prisma"), args, { cwd: folder, env }, (error, stdout, stderr) =>
					resolve({ status: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
				);
				child.stdin?.end();
			}),
	};
}

const ok = expect.objectContaining({ status: 0 });

it("makes, applies and checks migrations, and agrees with the console's own runner", { timeout: 120_000 }, async () => {
	const p = project();
	p.schema("");
	expect(await p.prisma("migrate", "dev", "--name", "1_init")).toEqual(ok);
	expect(p.names()).toHaveLength(1);
	expect(migrate(p.file, p.migrations)).toEqual([]);
	p.execute("INSERT INTO Parent (id) VALUES ('p'); INSERT INTO Child (parentId) VALUES ('p');");

	// Names that sort as they were made, even within the one second that Prisma's own prefix tells apart.
	// A new required column makes Prisma rebuild the table; the rows that refer to it must survive.
	p.schema('name String @default("none")\n  rank Int @default(1)');
	expect(await p.prisma("migrate", "dev", "--name", "2_columns", "--create-only")).toEqual(ok);
	expect(p.names()).toHaveLength(2);
	expect(migrate(p.file, p.migrations)).toEqual([p.names()[1]]);
	expect(await p.prisma("migrate", "status")).toEqual(ok);
	expect(p.query("SELECT * FROM Child")).toEqual([{ id: 1, parentId: "p" }]);

	expect(await p.prisma("migrate", "diff", "--from-migrations", "migrations", "--to-schema", "schema", "--exit-code")).toEqual(ok);
	p.schema('name String @default("none")');
	expect(await p.prisma("migrate", "diff", "--from-migrations", "migrations", "--to-schema", "schema", "--exit-code")).toMatchObject({
		status: 2,
	});
	// The history was replayed in a database of its own, not in this one.
	expect(p.query("SELECT * FROM Child")).toEqual([{ id: 1, parentId: "p" }]);
});

it("applies to an empty database and resets it", { timeout: 120_000 }, async () => {
	const p = project();
	p.schema("");
	expect(await p.prisma("migrate", "dev", "--name", "1_init", "--create-only")).toEqual(ok);
	expect(await p.prisma("migrate", "deploy")).toEqual(ok);
	expect(await p.prisma("migrate", "status")).toEqual(ok);
	p.execute("INSERT INTO Parent (id) VALUES ('p'); CREATE TABLE stray (id TEXT);");
	expect(await p.prisma("migrate", "reset", "--force")).toEqual(ok);
	expect(p.query("SELECT * FROM Parent")).toEqual([]);
	expect(p.query("SELECT name FROM sqlite_master WHERE name = 'stray'")).toEqual([]);
	expect(migrate(p.file, p.migrations)).toEqual([]);
});

it("says what is wrong with a database that it cannot open", { timeout: 60_000 }, async () => {
	const p = project();
	p.schema("");
	mkdirSync(p.file);
	const result = await p.prisma("migrate", "dev", "--name", "1_init");
	expect(result.status).not.toBe(0);
	expect(result.output).toMatch(/unable to open database file/);
});

it("says what it does not do instead of doing nothing", { timeout: 60_000 }, async () => {
	const p = project();
	p.schema("");
	const status = await p.prisma("migrate", "status");
	expect(status.status).not.toBe(0);
	expect(status.output).toMatch(/does not exist|not yet been applied|P1003|No migration found/);
});
