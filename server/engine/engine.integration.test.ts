import SQLite from "better-sqlite3";
import { expect, it, onTestFinished } from "vitest";
import { AuditLog } from "../audit/audit.ts";
import type { Db } from "../db/client.ts";
import { EventHub } from "../events/hub.ts";
import { SshError } from "../ssh/errors.ts";
import { Engine } from "./engine.ts";
import { silentLog, testDatabase, testMigration } from "./testing/migrations.ts";

const SOON = { timeout: 30_000, interval: 50 };
const unused = () => {
	throw new Error("not for this test");
};

/** An engine whose nodes do not answer. */
function engineOn(db: Db, lookEveryMs = 50): Engine {
	const refused = async () => {
		throw new SshError("connection.refused", { label: "root@192.0.2.1:22" });
	};
	const hub = new EventHub();
	const engine = new Engine({
		db,
		hub,
		audit: new AuditLog(db, hub),
		log: silentLog,
		consoleId: "console-a",
		now: () => new Date(),
		lookEveryMs,
		unavailableNodes: async () => new Set(),
		executor: {
			session: () => ({ label: "root@192.0.2.1:22", open: false, run: refused, upload: refused, close() {} }),
			cluster: async () => null,
			crictlArchive: async () => null,
			storedLog: unused,
			secrets: async () => [],
			originalAnnotation: async () => null,
			ended: () => {},
		},
		planning: { probe: unused, apiNode: unused, crictl: async () => new Map() },
	});
	onTestFinished(() => engine.stop());
	return engine;
}

/** What a console leaves that was killed: a lease that lasts an hour yet, beside a run that nobody held. */
async function leftByAKilledConsole(): Promise<Db> {
	const db = await testDatabase();
	const leaseUntil = new Date(Date.now() + 3_600_000);
	await testMigration(db, {
		runs: [
			{ id: "run00001", state: "cutover", more: { leaseId: "killed", leaseUntil } },
			{ id: "run00002", state: "cutover" },
		],
	});
	return db;
}

/** The database, of which a test says what becomes of taking all leases back. */
function takingBack(db: Db, work: (query: () => Promise<unknown>) => Promise<unknown>): Db {
	const extended = db.$extends({
		query: {
			run: {
				updateMany: ({ args, query }) => (args.where?.id === undefined ? work(() => query(args)) : query(args)) as ReturnType<typeof query>,
			},
		},
	});
	return extended as unknown as Db;
}

const waiting = async (db: Db, id: string) => {
	const run = await db.run.findUniqueOrThrow({ where: { id } });
	return (run.waiting as { code: string } | null)?.code ?? null;
};

it("begins once another process lets go of the database that a killed console left, and is not ready before", async () => {
	const db = await leftByAKilledConsole();
	const [{ file = "" } = {}] = await db.$queryRawUnsafe<{ file: string }[]>("PRAGMA database_list");
	const other = new SQLite(file);
	onTestFinished(() => void other.close());
	other.exec("BEGIN IMMEDIATE");
	let refused = 0;
	const engine = engineOn(
		takingBack(db, (query) =>
			query().catch((error: unknown) => {
				refused += 1;
				throw error;
			}),
		),
	);
	engine.start();
	await expect.poll(() => refused, SOON).toBeGreaterThan(1);
	expect(engine.running).toBe(false);
	other.exec("ROLLBACK");
	await expect.poll(() => engine.running, SOON).toBe(true);
	await expect.poll(() => waiting(db, "run00001"), SOON).toBe("run.node-silent");
	await engine.stop();
	expect(engine.running).toBe(false);
});

it("begins once there is room on the disk, and claims nothing before, whoever wakes it", async () => {
	const db = await leftByAKilledConsole();
	let full = true;
	let refused = 0;
	const engine = engineOn(
		takingBack(db, async (query) => {
			if (!full) return query();
			refused += 1;
			throw new Error("database or disk is full");
		}),
	);
	engine.start();
	engine.wake();
	await expect.poll(() => refused, SOON).toBeGreaterThan(2);
	expect(engine.running).toBe(false);
	expect(await waiting(db, "run00002")).toBeNull();
	full = false;
	await expect.poll(() => waiting(db, "run00001"), SOON).toBe("run.node-silent");
	await expect.poll(() => waiting(db, "run00002"), SOON).toBe("run.node-silent");
});

it("stops at once while it still tries to begin", async () => {
	const db = await leftByAKilledConsole();
	let refused = 0;
	const full = takingBack(db, async () => {
		refused += 1;
		throw new Error("database or disk is full");
	});
	const engine = engineOn(full, 3_600_000);
	engine.start();
	await expect.poll(() => refused, SOON).toBe(1);
	await engine.stop();
	expect(engine.running).toBe(false);
});
