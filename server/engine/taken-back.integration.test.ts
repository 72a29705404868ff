import { expect, it } from "vitest";
import type { MigrationState, RunState } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import { migrationDetail } from "./history.ts";
import { testDatabase, testMigration } from "./testing/migrations.ts";

const at = (minute: number) => new Date(Date.now() + minute * 60_000);
const shown = async (db: Db) => (await migrationDetail(db, "over"))?.takenBack;

/** Three nodes that went over in a migration that has ended. */
async function over(): Promise<Db> {
	const db = await testDatabase();
	const runs = ["a", "b", "c"].map((node) => ({ id: `overrun${node}`, node, state: "done" as const, more: { endedAt: at(1) } }));
	await testMigration(db, { id: "over", state: "done", runs });
	await db.migration.update({ where: { id: "over" }, data: { endedAt: at(1) } });
	return db;
}

const back = (db: Db, id: string, state: MigrationState, nodes: Record<string, RunState>, minute = 2) =>
	testMigration(db, {
		id,
		state,
		direction: "rollback",
		runs: Object.entries(nodes).map(([node, run]) => ({
			id: `${id}run${node}`,
			node,
			state: run,
			more: { endedAt: run === "queued" || run === "draining" ? null : at(minute) },
		})),
	});

it("names the migration that takes a node back, waits for it or has taken it back", async () => {
	const db = await over();
	expect(await shown(db)).toEqual([]);
	await back(db, "back1", "running", { a: "done", b: "queued" });
	expect(await shown(db)).toEqual([
		{ runId: "overruna", migrationId: "back1", over: true },
		{ runId: "overrunb", migrationId: "back1", over: false },
	]);
});

it("says nothing of a way back that is only planned, and of one that came to nothing", async () => {
	const db = await over();
	await back(db, "planned", "draft", { a: "queued" });
	await back(db, "failed", "done-with-failures", { b: "reverted", c: "not-started" });
	expect(await shown(db)).toEqual([]);
});

it("keeps to the one that undid it, whatever becomes of the node afterwards", async () => {
	const db = await over();
	await back(db, "back1", "done", { a: "done" });
	await testMigration(db, { id: "again", state: "done", runs: [{ id: "againruna", node: "a", state: "done", more: { endedAt: at(3) } }] });
	await back(db, "back2", "running", { a: "draining" }, 4);
	expect(await shown(db)).toEqual([{ runId: "overruna", migrationId: "back1", over: true }]);
	await db.migration.update({ where: { id: "again" }, data: { endedAt: at(3) } });
	expect((await migrationDetail(db, "again"))?.takenBack).toEqual([{ runId: "againruna", migrationId: "back2", over: false }]);
});

it("asks nothing for a migration that goes on", async () => {
	const db = await over();
	await db.migration.update({ where: { id: "over" }, data: { state: "running", endedAt: null } });
	await back(db, "back1", "running", { a: "draining" });
	expect(await shown(db)).toEqual([]);
});
