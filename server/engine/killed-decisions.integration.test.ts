import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import SQLite from "better-sqlite3";
import { expect, it } from "vitest";
import { policySchema } from "../../lib/contracts/plan.ts";
import { paceOf } from "../../lib/pace.ts";
import { AuditLog, type AuditRecord } from "../audit/audit.ts";
import { closeDatabase, type Db } from "../db/client.ts";
import type { Prisma } from "../db/generated/client.ts";
import { PrismaClient } from "../db/generated/client.ts";
import { createSqliteAdapter } from "../db/sqlite-adapter.ts";
import { temporaryFolder } from "../db/temporary-folder.ts";
import { EventHub } from "../events/hub.ts";
import type { ChangeMigration } from "./change-migration.ts";
import { MIGRATION } from "./testing/batch.ts";
import { changesOf } from "./testing/change.ts";
import { furtherRun } from "./testing/further-run.ts";
import { type TestMigration, testDatabase, testMigration } from "./testing/migrations.ts";
import type { TriedAgain } from "./try-again.ts";

const EVENT: AuditRecord = { actor: { id: "p1", name: "ann", address: null }, action: "migration.pause" };
const PACE = { ...paceOf(policySchema.parse({})), pauseS: 60 };

/** A database, and its files as a process that is killed leaves them, taken after each of its commits. */
async function killable(given: TestMigration): Promise<{ db: Db; killed: string[] }> {
	const folder = temporaryFolder();
	const file = join(folder, "gantry.db");
	const made = await testDatabase();
	await testMigration(made, { policy: {}, ...given });
	await made.$executeRawUnsafe(`VACUUM INTO '${file}'`);
	await closeDatabase();
	const killed: string[] = [];
	const commitLog = {
		async synced() {
			const copy = join(folder, `killed${killed.length}.db`);
			for (const end of ["", "-wal"]) if (existsSync(`${file}${end}`)) copyFileSync(`${file}${end}`, `${copy}${end}`);
			killed.push(copy);
		},
		async close() {},
	};
	const pragmas = ["journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"];
	return { db: new PrismaClient({ adapter: createSqliteAdapter({ file, pragmas, busyTimeoutMs: 100, commitLog }) }), killed };
}

/** What a decision may change, and how many lines the audit has. */
function found(file: string): { changed: string; lines: number } {
	const db = new SQLite(file);
	try {
		const tables = ["Migration", "Run", "RunEvent", "Approval"].map((name) => db.prepare(`SELECT * FROM "${name}" ORDER BY id`).all());
		return { changed: JSON.stringify(tables), lines: db.prepare(`SELECT * FROM "AuditEvent"`).all().length };
	} finally {
		db.close();
	}
}

type Decide = (change: ChangeMigration, commit: (writes: readonly Prisma.PrismaPromise<unknown>[]) => Promise<never>) => Promise<unknown>;
const waits = { id: "run00001", state: "prepared" } as const;
const failed = { id: "run00001", state: "failed" } as const;
const again = async ({ nodeId, position }: TriedAgain) => furtherRun("run00009", nodeId, position, 2);

it.each<[string, TestMigration, Decide]>([
	["start", { state: "draft", runs: [{ id: "run00001" }] }, (change, commit) => change.start(MIGRATION, "ann", { commit })],
	["pause", { runs: [waits] }, (change, commit) => change.pause(MIGRATION, "ann", commit)],
	["resume", { state: "held", runs: [failed, { id: "run00002" }] }, (change, commit) => change.resume(MIGRATION, "ann", "p1", { commit })],
	["cancel", { runs: [waits] }, (change, commit) => change.cancel(MIGRATION, "ann", "", commit)],
	["cancel a run", { runs: [waits] }, (change, commit) => change.cancelRun("run00001", "ann", "", commit)],
	["change the pace", { runs: [waits] }, (change, commit) => change.changePace(MIGRATION, PACE, commit)],
	[
		"retry",
		{ state: "done-with-failures", runs: [failed] },
		(change, commit) => change.tryAgain(MIGRATION, "failed", "ann", again, "", commit),
	],
])("has a decision and its line, or neither, whenever the process is killed: %s", async (_, given, decide) => {
	const { db, killed } = await killable(given);
	const audit = new AuditLog(db, new EventHub());
	const change = changesOf(db);
	await db.meta.create({ data: { key: "nothing", value: "yet" } });
	await decide(change, (writes) => audit.commit([...writes], [EVENT]) as Promise<never>);
	await db.$disconnect();
	const [before, ...after] = killed.map(found);
	expect(before?.lines).toBe(0);
	expect(after.length).toBeGreaterThan(0);
	for (const { changed, lines } of after) expect(lines).toBe(changed === before?.changed ? 0 : 1);
	expect(after.at(-1)?.lines).toBe(1);
});
