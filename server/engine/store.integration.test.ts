import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { type RunState, runStateSchema } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import { readLog, storedLog } from "../logs/read.ts";
import { said } from "./codes.ts";
import { LeaseLostError, LogGapError, TransitionRefusedError } from "./errors.ts";
import { claim, type HeldLease } from "./leases.ts";
import { PrismaRunStore, type RunListener } from "./store.ts";
import { testDatabase, testMigration } from "./testing/migrations.ts";
import { CLAIMABLE, isFinal, mayBecome } from "./transitions.ts";

const now = () => new Date("2026-01-02T03:04:05Z");
const silent: RunListener = { runChanged() {}, runMoved() {}, eventAppended() {}, logAppended() {} };
const EVERY_STATE = runStateSchema.options;

async function setup(state: RunState = "preparing", listener = silent) {
	const db = await testDatabase();
	await testMigration(db, { runs: [{ id: "run00001", state }] });
	const store = new PrismaRunStore(db, listener, now);
	return { db, store, lease: await held(db) };
}

async function held(db: Db, id = "run00001"): Promise<HeldLease> {
	const lease = await claim(db, id, EVERY_STATE, now);
	if (!lease) throw new Error("the run is not free");
	return lease;
}

const eventCodes = async (db: Db) => (await db.runEvent.findMany({ orderBy: { id: "asc" } })).map((event) => event.code);

/** Everything in the database that a run's writer may write. */
const everything = async (db: Db) =>
	JSON.stringify([
		await db.run.findMany(),
		await db.runStep.findMany(),
		await db.runEvent.findMany(),
		await db.logChunk.findMany(),
		await db.evidence.findMany(),
		await db.node.findMany(),
	]);

it("changes a run's state together with its event, and tells whoever listens", async () => {
	const listener = { runChanged: vi.fn(), runMoved: vi.fn(), eventAppended: vi.fn(), logAppended: vi.fn() };
	const { db, store, lease } = await setup("preparing", listener);
	await store.patch(lease, { waiting: said("run.waiting-for-cluster") });
	const after = await store.transition(lease, "preparing", "prepared", said("run.prepared"));
	expect(after).toMatchObject({ state: "prepared", version: 1 });
	const row = await db.run.findUniqueOrThrow({ where: { id: "run00001" }, include: { events: true } });
	expect(row.waiting).toBeNull();
	expect(row.startedAt).toEqual(now());
	expect(row.events).toMatchObject([{ code: "run.prepared", values: { from: "preparing", to: "prepared" }, migrationId: "migration1" }]);
	expect(listener.runMoved).toHaveBeenCalledExactlyOnceWith("run00001", "prepared");
	expect(listener.eventAppended).toHaveBeenCalledExactlyOnceWith(row.events[0]?.id);
});

it("refuses every change that is not in the table, and every one from a state that the run is not in, and records it", async () => {
	const { db, store, lease } = await setup("draining");
	await expect(store.transition(lease, "draining", "done", said("run.failed"))).rejects.toThrow(TransitionRefusedError);
	await expect(store.transition(lease, "verifying", "finishing", said("run.failed"))).rejects.toMatchObject({
		code: "engine.transition-refused",
		values: { from: "verifying", to: "finishing", found: "draining" },
	});
	const row = await db.run.findUniqueOrThrow({ where: { id: "run00001" }, include: { events: true } });
	expect(row).toMatchObject({ state: "draining", version: 0 });
	expect(row.events.map(({ code, values }) => ({ code, values }))).toEqual([
		{ code: "transition.refused", values: { from: "draining", to: "done", found: "draining" } },
		{ code: "transition.refused", values: { from: "verifying", to: "finishing", found: "draining" } },
	]);
});

it("leaves no trace of whoever has lost the lease, whatever it tries", async () => {
	const { db, store, lease: old } = await setup("draining");
	await store.appendLog(old, 0, 0, Buffer.from("hello\n"));
	await db.run.update({ where: { id: "run00001" }, data: { leaseUntil: new Date(0) } });
	const fresh = await held(db);
	expect(fresh.fence).toBe(old.fence + 1);
	const before = await everything(db);
	const attempts: (() => Promise<unknown>)[] = [
		() => store.transition(old, "draining", "cutover", said("run.cutover")),
		() => store.transition(old, "draining", "done", said("run.failed")),
		() => store.patch(old, { waiting: null, cordonedByUs: true }),
		() => store.note(old, said("run.cleaning")),
		() => store.step(old, { id: "cordon", state: "running" }),
		() => store.step(old, { id: "revert:start-docker", state: "running", phase: "revert", where: "node" }),
		() => store.appendLog(old, 0, 6, Buffer.from("more\n")),
		() => store.beginLog(old, 1),
		() => store.evidence(old, "crictl-info.txt", "{}"),
		() => store.ownCordon(old),
	];
	for (const attempt of attempts) await expect(attempt()).rejects.toThrow(LeaseLostError);
	expect(await everything(db)).toBe(before);
	expect(await old.renew()).toBe(false);
	expect(old.signal.aborted).toBe(true);
	await old.release();
	expect(await everything(db)).toBe(before);
	await store.transition(fresh, "draining", "cutover", said("run.cutover"));
});

it("knows of each state what may follow, and gives the lease back with the last one", async () => {
	const { db, store } = await setup("queued");
	for (const from of EVERY_STATE) {
		for (const to of EVERY_STATE) {
			await db.run.update({
				where: { id: "run00001" },
				data: { state: from, leaseId: null, leaseUntil: null, endedAt: null, revertAt: now() },
			});
			const lease = await held(db);
			const change = store.transition(lease, from, to, said("run.failed"));
			if (!mayBecome(from, to)) {
				await expect(change, `${from} -> ${to}`).rejects.toThrow(TransitionRefusedError);
				continue;
			}
			await change;
			const row = await db.run.findUniqueOrThrow({ where: { id: "run00001" } });
			expect(row.state).toBe(to);
			expect(row.leaseId === null, `${to} and its lease`).toBe(isFinal(to));
			expect(row.endedAt === null).toBe(!isFinal(to));
			if (isFinal(to)) expect(row.revertAt).toBeNull();
		}
	}
	// A run that nobody would ever take up again must have ended, or wait for a person or its turn.
	for (const state of EVERY_STATE)
		expect(isFinal(state) || CLAIMABLE.includes(state) || ["queued", "prepared"].includes(state), state).toBe(true);
});

it("calls steps unknown that nobody will hear of any more", async () => {
	const { db, store, lease } = await setup("cutover");
	await store.step(lease, { id: "start-containerd", state: "running", logLine: 12 });
	await store.step(lease, { id: "revert:stop-kubelet", state: "running", phase: "revert", where: "node", logLine: 14 });
	const states = async () => Object.fromEntries((await store.steps("run00001")).map(({ id, state }) => [id, state]));
	await store.transition(lease, "cutover", "reverting", said("run.reverting"));
	expect(await states()).toMatchObject({ "start-containerd": "unknown", "revert:stop-kubelet": "running", cordon: "waiting" });
	await store.transition(lease, "reverting", "reverted", said("run.reverted"));
	expect(await states()).toMatchObject({ "start-containerd": "unknown", "revert:stop-kubelet": "unknown", cordon: "waiting" });
	const row = await db.runStep.findUniqueOrThrow({ where: { runId_stepId: { runId: "run00001", stepId: "revert:stop-kubelet" } } });
	expect(row.position).toBeGreaterThan(999);
});

it("marks the node with what its runs came to", async () => {
	const { db, store } = await setup();
	const ends: [from: RunState, to: RunState, direction: string, mark: string | null][] = [
		["finishing", "done", "migrate", "migrated"],
		["cleaning", "failed", "rollback", "migrated"],
		["reverting", "reverted", "rollback", "migrated"],
		["reverting", "revert-failed", "rollback", "revert-failed"],
		["revert-failed", "reverted", "rollback", "migrated"],
		["finishing", "done", "rollback", "rolled-back"],
		["reverting", "reverted", "migrate", "rolled-back"],
		["reverting", "revert-failed", "migrate", "revert-failed"],
		["cleaning", "cancelled", "migrate", "revert-failed"],
		["revert-failed", "reverted", "migrate", null],
		["reverting", "revert-failed", "migrate", "revert-failed"],
		["revert-failed", "done", "migrate", "migrated"],
	];
	for (const [from, to, direction, mark] of ends) {
		await db.run.update({ where: { id: "run00001" }, data: { state: from, direction, leaseId: null } });
		await store.transition(await held(db), from, to, said("run.failed"));
		expect((await db.node.findUniqueOrThrow({ where: { id: "node1" } })).mark, `${direction}: ${from} -> ${to}`).toBe(mark);
	}
});

it("ends no run before an earlier one of its node, though the clock was put back between them", async () => {
	const { db, store, lease } = await setup("finishing");
	const ahead = new Date(now().getTime() + 3_600_000);
	await testMigration(db, {
		id: "migration2",
		runs: [
			{ id: "run00002", node: "node1", state: "done", more: { endedAt: ahead } },
			{ id: "run00003", node: "node2", state: "done", more: { endedAt: new Date(ahead.getTime() + 3_600_000) } },
		],
	});
	await store.transition(lease, "finishing", "done", said("run.done", { node: "node1" }));
	// Which run a node goes back from, and which one has left it as it is, are told by this order.
	const newest = await db.run.findFirst({ where: { nodeId: "node1", state: "done" }, orderBy: { endedAt: "desc" } });
	expect(newest).toMatchObject({ id: "run00001", endedAt: new Date(ahead.getTime() + 1) });
	expect((await db.runEvent.findFirst({ where: { code: "run.done" } }))?.at).toEqual(now());
});

it("lets an earlier run's cordon become this run's", async () => {
	const { db, store, lease } = await setup();
	await testMigration(db, {
		id: "migration2",
		runs: [
			{ id: "run00002", node: "node1", state: "reverted", more: { cordonedByUs: true } },
			{ id: "run00003", node: "node2", state: "reverted", more: { cordonedByUs: true } },
		],
	});
	expect(await store.leftCordoned("run00001", "run00002")).toBe(true);
	expect(await store.leftCordoned("run00001", "run00003")).toBe(false);
	expect(await store.leftCordoned("run00001", "somebody")).toBe(false);
	await store.ownCordon(lease);
	const cordoned = await db.run.findMany({ where: { cordonedByUs: true }, select: { id: true } });
	expect(cordoned.map(({ id }) => id).sort()).toEqual(["run00001", "run00003"]);
});

it("gives a free run to exactly one of many who ask, with a number higher than any before", async () => {
	const db = await testDatabase();
	await testMigration(db, {
		runs: [
			{ id: "run00001", state: "draining" },
			{ id: "run00002", state: "done", more: { fence: 41 } },
		],
	});
	for (let round = 0; round < 5; round++) {
		const leases = (await Promise.all(Array.from({ length: 10 }, () => claim(db, "run00001", CLAIMABLE, now)))).filter(
			(lease) => lease !== null,
		);
		expect(leases).toHaveLength(1);
		expect(leases[0]?.fence).toBe(42 + round);
		expect(await leases[0]?.renew()).toBe(true);
		await leases[0]?.release();
		await leases[0]?.release();
	}
	expect(await claim(db, "run00002", CLAIMABLE, now)).toBeNull();
});

it("keeps a log exactly once and byte for byte, whatever pieces come, again or out of order, and across restarts", async () => {
	const { db, store, lease: first } = await setup();
	let lease = first;
	let round = 0;
	// Lines of all lengths, one much longer than a chunk; every byte value occurs.
	const log = fc.array(
		fc.oneof(
			{ weight: 8, arbitrary: fc.uint8Array({ maxLength: 200 }) },
			{ weight: 1, arbitrary: fc.uint8Array({ minLength: 60_000, maxLength: 90_000 }) },
		),
		{
			minLength: 1,
			maxLength: 12,
		},
	);
	const deliveries = fc.array(
		fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.integer({ min: 1, max: 70_000 }), restart: fc.boolean() }),
		{
			maxLength: 25,
		},
	);
	await fc.assert(
		fc.asyncProperty(log, deliveries, async (lines, pieces) => {
			const generation = round;
			if (round > 0) await store.beginLog(lease, generation);
			round += 1;
			const bytes = Buffer.concat(lines.map((line) => Buffer.concat([line, Buffer.from("\n")])));
			const deliver = async (offset: number, length: number) => {
				const { bytes: have } = await store.logEnd("run00001");
				const piece = store.appendLog(lease, generation, offset, bytes.subarray(offset, offset + length));
				if (offset <= have) await piece;
				else await expect(piece).rejects.toMatchObject({ expectedOffset: have, expectedGeneration: generation });
			};
			for (const { at, length, restart } of pieces) {
				if (restart) {
					await lease.release();
					lease = await held(db);
				}
				const { bytes: have } = await store.logEnd("run00001");
				// Around the end of what is stored: before it, on it, and beyond it.
				await deliver(Math.min(bytes.length, Math.floor(at * (have + 300))), length);
			}
			for (let have = -1; have !== (await store.logEnd("run00001")).bytes; ) {
				have = (await store.logEnd("run00001")).bytes;
				await deliver(have, bytes.length);
			}
			const stored: Uint8Array[] = [];
			for await (const chunk of storedLog(db, "run00001", generation)) stored.push(chunk);
			expect(Buffer.concat(stored).equals(bytes)).toBe(true);
			expect(stored.every((chunk) => chunk.length > 0 && chunk.length <= 65_536)).toBe(true);

			const chunks = await db.logChunk.findMany({ where: { runId: "run00001", generation }, orderBy: { offset: "asc" } });
			let offset = 0;
			for (const chunk of chunks) {
				expect(chunk.offset).toBe(offset);
				expect(chunk.firstLine).toBe(1 + newlines(bytes.subarray(0, offset)));
				expect(chunk.lines).toBe(newlines(chunk.bytes));
				offset += chunk.bytes.length;
			}
			const row = await db.run.findUniqueOrThrow({ where: { id: "run00001" } });
			expect(row).toMatchObject({ logGeneration: generation, logBytes: bytes.length, logLines: newlines(bytes) });
			const middle = Math.floor(bytes.length / 2);
			expect(await readLog(db, "run00001", { offset: middle, limitBytes: 1000 })).toMatchObject({
				generation,
				bytes: bytes.subarray(middle, middle + 1000),
				firstLine: 1 + newlines(bytes.subarray(0, middle)),
			});
		}),
		{ numRuns: 25 },
	);
});

it("takes two deliveries at once as one, and a log of another generation not at all", async () => {
	const { store, lease } = await setup();
	const bytes = Buffer.from("one\ntwo\n");
	const both = await Promise.allSettled([store.appendLog(lease, 0, 0, bytes), store.appendLog(lease, 0, 0, bytes)]);
	for (const result of both) if (result.status === "rejected") expect(result.reason).toBeInstanceOf(LogGapError);
	expect(await store.logEnd("run00001")).toMatchObject({ generation: 0, bytes: 8 });
	await expect(store.appendLog(lease, 1, 0, bytes)).rejects.toThrow(LogGapError);
	await expect(store.beginLog(lease, 2)).rejects.toThrow(LogGapError);
	await store.beginLog(lease, 1);
	await expect(store.appendLog(lease, 0, 8, bytes)).rejects.toThrow(LogGapError);
	await store.appendLog(lease, 1, 0, Buffer.from("x\n"));
	expect(await store.logEnd("run00001")).toMatchObject({ generation: 1, bytes: 2 });
});

it("keeps step rows, notes and evidence by their names", async () => {
	const { db, store, lease } = await setup();
	await store.step(lease, { id: "cordon", state: "running" });
	await store.step(lease, { id: "cordon", state: "ok", durationMs: 12.6 });
	await store.evidence(lease, "crictl-info.txt", "old");
	await store.evidence(lease, "crictl-info.txt", "new");
	await store.note(lease, { code: "node.kubelet-up", values: { line: 7 } });
	expect((await store.steps("run00001")).find((step) => step.id === "cordon")).toEqual({
		id: "cordon",
		state: "ok",
		durationMs: 13,
		logLine: null,
	});
	expect(await db.evidence.findMany({ select: { text: true } })).toEqual([{ text: "new" }]);
	expect(await store.notedLines("run00001")).toEqual(new Set([7]));
	expect(await eventCodes(db)).toEqual(["node.kubelet-up"]);
});

function newlines(bytes: Uint8Array): number {
	return bytes.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0);
}
