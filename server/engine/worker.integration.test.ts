import { expect, it, onTestFinished } from "vitest";
import type { Db } from "../db/client.ts";
import { said } from "./codes.ts";
import { LeaseLostError } from "./errors.ts";
import { RunFailure } from "./executor/failure.ts";
import { claim, releaseAll } from "./leases.ts";
import type { Executor, Lease } from "./ports.ts";
import { PrismaRunStore } from "./store.ts";
import { silentLog, testDatabase, testMigration } from "./testing/migrations.ts";
import { CLAIMABLE } from "./transitions.ts";
import { Worker, type WorkerOptions } from "./worker.ts";

const now = () => new Date();
const nothing = () => {};
const SOON = { timeout: 20_000, interval: 20 };

function worker(db: Db, executor: Executor, options: Partial<WorkerOptions> = {}) {
	const store = new PrismaRunStore(db, { runChanged: nothing, runMoved: nothing, eventAppended: nothing, logAppended: nothing }, now);
	const made = new Worker({ db, store, executor, now, log: silentLog, lookEveryMs: 20, retryMs: 50, ...options });
	onTestFinished(() => made.stop({ timeoutMs: 100 }));
	return { worker: made, store };
}

/** Resolves when the lease ends, as an executor does that listens. */
const untilAborted = (lease: Lease) =>
	new Promise<void>((_resolve, reject) => {
		lease.signal.addEventListener("abort", () => reject(lease.signal.reason), { once: true });
	});

const leaseOf = async (db: Db, id: string) => (await db.run.findUniqueOrThrow({ where: { id } })).leaseId;

it("carries each run that has something to do, one executor at a time", async () => {
	const db = await testDatabase();
	await testMigration(db, {
		runs: [
			{ id: "run00001", state: "preparing" },
			{ id: "run00002", state: "queued" },
			{ id: "run00003", state: "prepared" },
			{ id: "run00004", state: "prepared", more: { request: "cancel" } },
			{ id: "run00005", state: "done" },
			{ id: "run00006", state: "cutover", more: { leaseId: "somebody", leaseUntil: new Date(Date.now() + 60_000) } },
			{ id: "run00007", state: "cutover", more: { leaseId: "somebody", leaseUntil: new Date(Date.now() - 1) } },
		],
	});
	const carried: string[] = [];
	const inside = new Set<string>();
	const { worker: one } = worker(db, async (lease) => {
		if (inside.has(lease.runId)) throw new Error("twice at once");
		inside.add(lease.runId);
		carried.push(lease.runId);
		await untilAborted(lease);
	});
	one.start();
	await expect.poll(() => carried.length, SOON).toBe(3);
	for (let turn = 0; turn < 10; turn++) one.wake();
	await one.stop();
	expect(carried.sort()).toEqual(["run00001", "run00004", "run00007"]);
	for (const id of carried) expect(await leaseOf(db, id)).toBeNull();
	expect(await leaseOf(db, "run00006")).toBe("somebody");
});

it("takes a run up again after an error, later each time, says why it waits, and at once when a person asks", async () => {
	const db = await testDatabase();
	await testMigration(db, { runs: [{ id: "run00001", state: "reverting" }] });
	const times: number[] = [];
	const { worker: one } = worker(
		db,
		async () => {
			times.push(performance.now());
			throw new RunFailure(said("run.script-failed", { script: "prepare", exit: 3 }));
		},
		{ retryMs: 150, longestRetryMs: 600_000 },
	);
	one.start();
	await expect.poll(() => times.length, SOON).toBe(3);
	const [first = 0, second = 0, third = 0] = times;
	expect(second - first).toBeGreaterThanOrEqual(140);
	expect(third - second).toBeGreaterThanOrEqual(290);
	await expect
		.poll(async () => (await db.run.findUniqueOrThrow({ where: { id: "run00001" } })).waiting, SOON)
		.toEqual({ code: "run.trying-again", values: { script: "prepare", exit: 3, because: "run.script-failed" } });
	await expect.poll(() => leaseOf(db, "run00001"), SOON).toBeNull();
	one.hurry("run00001");
	await expect.poll(() => times.length, { timeout: 2_000, interval: 20 }).toBe(4);
});

it("takes a run up again after its pause though the clock is put back, and hands a lease back that it could not at first", async () => {
	const db = await testDatabase();
	await testMigration(db, { runs: [{ id: "run00001", state: "reverting" }] });
	let clockAheadMs = 3_600_000;
	let locked = false;
	let refused = 0;
	const handing = db.$extends({
		query: {
			run: {
				updateMany({ args, query }) {
					if (locked && args.data.leaseId === null) {
						locked = false;
						refused += 1;
						throw new Error("the database is locked");
					}
					return query(args);
				},
			},
		},
	}) as unknown as Db;
	let calls = 0;
	const { worker: one } = worker(
		handing,
		async () => {
			calls += 1;
			clockAheadMs = 0;
			locked = calls === 1;
			throw new RunFailure(said("run.script-failed", { script: "prepare", exit: 3 }));
		},
		{ now: () => new Date(Date.now() + clockAheadMs) },
	);
	one.start();
	await expect.poll(() => calls, SOON).toBeGreaterThan(2);
	expect(refused).toBe(1);
});

it("lets go without a word of whatever it has lost", async () => {
	const db = await testDatabase();
	await testMigration(db, { runs: [{ id: "run00001", state: "cutover" }] });
	let calls = 0;
	const { worker: one } = worker(db, async (lease) => {
		calls += 1;
		throw new LeaseLostError(lease.runId);
	});
	one.start();
	await expect.poll(() => calls, SOON).toBeGreaterThan(1);
	expect(await db.run.findUniqueOrThrow({ where: { id: "run00001" } })).toMatchObject({ waiting: null, state: "cutover" });
});

it("hands all leases back when it stops, also of an executor that does not listen, which can write nothing more", async () => {
	const db = await testDatabase();
	await testMigration(db, {
		runs: [
			{ id: "run00001", state: "cutover" },
			{ id: "run00002", state: "draining" },
		],
	});
	let deaf: Lease | undefined;
	let release = nothing;
	const { worker: one, store } = worker(db, (lease) => {
		if (lease.runId === "run00002") return untilAborted(lease);
		deaf = lease;
		return new Promise((resolve) => {
			release = () => resolve();
		});
	});
	one.start();
	await expect.poll(() => one.activeRunIds.sort(), SOON).toEqual(["run00001", "run00002"]);
	const begun = performance.now();
	await one.stop({ timeoutMs: 300 });
	expect(performance.now() - begun).toBeLessThan(5_000);
	expect(await leaseOf(db, "run00001")).toBeNull();
	expect(await leaseOf(db, "run00002")).toBeNull();
	if (!deaf) throw new Error("not carried");
	await expect(store.patch(deaf, { cordonedByUs: true })).rejects.toThrow(LeaseLostError);
	release();
});

it("takes up at once what a killed process held, where it is the only one", async () => {
	const db = await testDatabase();
	await testMigration(db, { runs: [{ id: "run00001", state: "cutover" }] });
	const killed = await claim(db, "run00001", CLAIMABLE, now);
	expect(killed).not.toBeNull();
	await releaseAll(db);
	const carried: string[] = [];
	const { worker: one } = worker(db, async (lease) => {
		carried.push(lease.runId);
		await untilAborted(lease);
	});
	one.start();
	await expect.poll(() => carried, SOON).toEqual(["run00001"]);
	expect(await killed?.renew()).toBe(false);
});

it("looks again at nodes that were left in need of something, and at no others", async () => {
	const db = await testDatabase();
	const endedAt = now();
	const later = new Date(endedAt.getTime() + 1_000);
	await testMigration(db, {
		state: "done-with-failures",
		runs: [
			{ id: "run00001", state: "revert-failed", more: { endedAt } },
			{ id: "run00002", state: "revert-failed", more: { endedAt } },
			{ id: "run00003", state: "failed", more: { endedAt } },
			{ id: "run00004", state: "failed", more: { endedAt } },
			{ id: "run00005", state: "failed", more: { endedAt } },
			{ id: "run00006", state: "revert-failed", more: { endedAt: new Date(0) } },
			{ id: "run00007", state: "done", more: { endedAt } },
			{ id: "run00008", state: "done", more: { endedAt } },
			{ id: "run00009", state: "done", more: { endedAt } },
			{ id: "run00010", state: "done", more: { endedAt } },
			// A node that went back since has another annotation; one that only failed to is what it was.
			{ id: "run00011", node: "node9", state: "done", more: { endedAt: later } },
			{ id: "run00012", node: "node10", state: "failed", more: { endedAt: later } },
			// What the first left behind, its images above all, the second uses.
			{ id: "run00013", state: "failed", more: { endedAt } },
			{ id: "run00014", node: "node13", state: "done", more: { endedAt: later } },
		],
	});
	await db.node.updateMany({ where: { id: { in: ["node1", "node6"] } }, data: { mark: "revert-failed" } });
	// A later run of node2 went well.
	await db.node.update({ where: { id: "node2" }, data: { mark: "migrated" } });
	const event = (runId: string, code: string) => db.runEvent.create({ data: { runId, migrationId: "migration1", code, values: {} } });
	await event("run00003", "run.left-behind");
	await event("run00013", "run.left-behind");
	await event("run00004", "run.left-behind");
	await event("run00004", "run.cleaned-later");
	for (const id of ["run00008", "run00009", "run00010"]) await event(id, "run.done-unfinished");
	await event("run00008", "run.finished-later");
	const carried: string[] = [];
	const { worker: one } = worker(db, async (lease) => void carried.push(lease.runId), { lookAgainMs: 3_600_000 });
	one.start();
	await expect.poll(() => carried.length, SOON).toBe(3);
	await one.stop();
	expect(carried.sort()).toEqual(["run00001", "run00003", "run00010"]);
});
