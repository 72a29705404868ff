import { expect, it, onTestFinished } from "vitest";
import type { RunState } from "../../lib/contracts/run.ts";
import { AuditLog } from "../audit/audit.ts";
import type { Db } from "../db/client.ts";
import { EventHub } from "../events/hub.ts";
import { refuseBusy } from "./busy-nodes.ts";
import type { ChangeMigration } from "./change-migration.ts";
import { Engine } from "./engine.ts";
import { Batch, MIGRATION } from "./testing/batch.ts";
import { furtherRun } from "./testing/further-run.ts";
import { FACTS, silentLog, testDatabase, testMigration } from "./testing/migrations.ts";
import type { TriedAgain } from "./try-again.ts";

const planned = (nodeId: string, position: number, attempt = 1) => furtherRun(`again${position}${attempt}00`, nodeId, position, attempt);
const added = async (nodeId: string, position: number) => planned(nodeId, position);
const again = async ({ nodeId, position, attempt }: TriedAgain) => planned(nodeId, position, attempt + 1);

/** The database, where something happens whenever this has been asked of it. */
function followed(db: Db, model: "migration" | "run", method: string, then: () => Promise<void>): Db {
	const asked = new Proxy(db[model], {
		get: (target, name) => {
			const real = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
			if (name !== method) return real;
			return async (...args: unknown[]) => {
				const found = await real.apply(target, args);
				await then();
				return found;
			};
		},
	});
	return new Proxy(db, { get: (target, name) => (name === model ? asked : Reflect.get(target, name)) });
}

/** Once, and not before `ready`. */
function once(work: () => Promise<unknown>, ready: () => boolean = () => true): () => Promise<void> {
	let over = false;
	return async () => {
		if (over || !ready()) return;
		over = true;
		await work();
	};
}

async function failedOnce(): Promise<Batch> {
	const policy = { rollout: { maxFailures: 1 } };
	const batch = await Batch.of({ state: "running", policy, runs: [{ id: "run00001", state: "failed" }] });
	// Else nothing is asked of the cluster.
	await batch.db.cluster.updateMany({ data: { kubeconfig: "sealed" } });
	return batch;
}

async function pausedWith(state: RunState): Promise<Batch> {
	const batch = await Batch.of({ state: "paused", runs: [{ id: "run00001", state }] });
	await batch.db.node.create({ data: { id: "new1", clusterId: "cluster1", name: "new1", address: "192.0.2.1" } });
	return batch;
}

it("does not end over a run that is tried again while the rollout looks, and takes it over", async () => {
	const batch = await failedOnce();
	let tried = 0;
	batch.meanwhile = once(async () => {
		tried = await batch.change.tryAgain(MIGRATION, "failed", "ann", again);
	});
	await batch.coordinator.tick();
	expect(tried).toBe(1);
	expect(await batch.state()).toBe("running");
	await batch.play();
	expect(await batch.states()).toEqual({ run00001: "failed", again0200: "done" });
	expect(await batch.state()).toBe("done");
});

it("opens a migration again that ends right before what is tried again is written", async () => {
	const batch = await failedOnce();
	let planned = false;
	const ends = followed(
		batch.db,
		"run",
		"findFirst",
		once(
			() => batch.coordinator.tick(),
			() => planned,
		),
	);
	await new Batch(ends).change.tryAgain(MIGRATION, "failed", "ann", async (run) => {
		planned = true;
		return again(run);
	});
	expect(await batch.migration()).toMatchObject({ state: "running", endedAt: null, stateWhy: { code: "migration.tried-again" } });
	expect(await batch.db.runEvent.count({ where: { code: "run.tried-again" } })).toBe(1);
});

it.each([
	["stop", "done-with-failures"],
	["cancel", "cancelled"],
] as const)("does not undo a %s that comes while the nodes that are tried again are read", async (what, ended) => {
	const batch = await Batch.of({ state: "held", runs: [{ id: "run00001", state: "failed" }, { id: "run00002" }] });
	const asked = batch.change.tryAgain(MIGRATION, "failed", "ann", async (run) => {
		await batch.change[what](MIGRATION, "ben");
		await batch.coordinator.tick();
		await batch.coordinator.tick();
		expect(await batch.state()).toBe(ended);
		return again(run);
	});
	await expect(asked).rejects.toMatchObject({ code: "migration.wrong-state", values: { state: ended } });
	expect(await batch.state()).toBe(ended);
	expect(await batch.states()).toEqual({ run00001: "failed", run00002: "not-started" });
	// Whoever asks now knows that it has ended.
	await batch.change.tryAgain(MIGRATION, "failed", "ann", again);
	expect(await batch.state()).toBe("running");
});

it.each(["cancel", "stop", "end"] as const)(
	"adds no node that nobody would carry, where a migration's %s comes in between",
	async (what) => {
		const batch = await pausedWith(what === "end" ? "done" : "queued");
		const comes = followed(
			batch.db,
			"migration",
			"findUniqueOrThrow",
			once(async () => {
				if (what !== "end") await batch.change[what](MIGRATION, "ben");
				await batch.coordinator.tick();
				await batch.coordinator.tick();
			}),
		);
		await expect(new Batch(comes).change.addNodes(MIGRATION, ["new1"], "ann", added)).rejects.toMatchObject({
			code: "migration.wrong-state",
		});
		expect(await batch.db.run.count({ where: { nodeId: "new1" } })).toBe(0);
	},
);

it("does not end over a node that is added while the rollout looks", async () => {
	const batch = await pausedWith("done");
	const adds = once(() => batch.change.addNodes(MIGRATION, ["new1"], "ann", added));
	await new Batch(followed(batch.db, "run", "findMany", adds)).coordinator.tick();
	expect(await batch.state()).toBe("paused");
	expect(await batch.states()).toEqual({ run00001: "done", again1100: "queued" });
});

/** Another migration whose run works on the node, as an adoption makes it. */
const adopts = (db: Db, node: string) =>
	testMigration(db, { id: "adopted", runs: [{ id: "left00001", node, state: "cutover" }] }).then(() => undefined);
const openRuns = (db: Db, nodeId: string) => db.run.count({ where: { nodeId, state: { in: ["queued", "cutover"] } } });

it("starts no migration with a node of which a run is adopted at that moment", async () => {
	const batch = await Batch.of({ state: "draft", runs: [{ id: "run00001" }, { id: "run00002" }] });
	const { change } = new Batch(
		followed(
			batch.db,
			"run",
			"findFirst",
			once(() => adopts(batch.db, "node2")),
		),
	);
	await expect(change.start(MIGRATION, "ann")).rejects.toMatchObject({
		code: "migration.node-busy",
		values: { node: "node2", migration: "adopted" },
	});
	expect(await batch.migration()).toMatchObject({ state: "draft", startedAt: null });
});

it("gives no node a second open run, whether it is tried again or added, where one is adopted at that moment", async () => {
	const batch = await Batch.of({ state: "paused", runs: [{ id: "run00001", state: "failed" }, { id: "run00002" }] });
	await batch.db.node.create({ data: { id: "new1", clusterId: "cluster1", name: "new1", address: "192.0.2.1" } });
	for (const [node, ask] of [
		["node1", (change) => change.tryAgain(MIGRATION, "failed", "ann", again)],
		["new1", (change) => change.addNodes(MIGRATION, ["new1"], "ann", added)],
	] satisfies [string, (change: ChangeMigration) => Promise<unknown>][]) {
		let looks = 0;
		const adopted = once(
			() => adopts(batch.db, node),
			// The first look is before the node is read, the second before the write.
			() => ++looks === 2,
		);
		const { change } = new Batch(followed(batch.db, "run", "findFirst", adopted));
		await expect(ask(change)).rejects.toMatchObject({ code: "migration.node-busy" });
		expect(await openRuns(batch.db, node)).toBe(1);
		await batch.db.migration.delete({ where: { id: "adopted" } });
	}
});

it("ends at its start what was left open: what waits never starts, and its node is free", async () => {
	const db = await testDatabase();
	for (const [id, state] of [
		["migration1", "done"],
		["migration2", "done-with-failures"],
		["migration3", "cancelled"],
	] as const)
		await testMigration(db, {
			id,
			state,
			runs: [
				{ id: `run${id}1`, node: `failed-${id}`, state: "failed" },
				{ id: `run${id}2`, node: `failed-${id}`, attempt: 2 },
			],
		});
	await expect(refuseBusy(db, "another", ["failed-migration2"])).rejects.toMatchObject({ code: "migration.node-busy" });
	started(db);
	const ends = async () => (await db.migration.findMany({ orderBy: { id: "asc" } })).map(({ state, endedAt }) => [state, endedAt !== null]);
	await expect.poll(ends, { timeout: 20_000 }).toEqual([
		["done-with-failures", true],
		["done-with-failures", true],
		["cancelled", true],
	]);
	expect(await db.run.findMany({ where: { attempt: 2 }, select: { state: true, events: { select: { code: true } } } })).toEqual(
		Array.from({ length: 3 }, () => ({ state: "not-started", events: [{ code: "run.not-started" }] })),
	);
	await refuseBusy(db, "another", ["failed-migration1", "failed-migration2", "failed-migration3"]);
});

/** A console that begins on this database; its nodes are asked nothing. */
function started(db: Db): void {
	const nothing = async () => null;
	const hub = new EventHub();
	const engine = new Engine({
		db,
		hub,
		audit: new AuditLog(db, hub),
		log: silentLog,
		consoleId: "console-a",
		now: () => new Date(),
		lookEveryMs: 20,
		unavailableNodes: async () => new Set(),
		executor: {
			session: () => {
				throw new Error("no node is asked");
			},
			cluster: nothing,
			crictlArchive: nothing,
			async *storedLog() {},
			secrets: async () => [],
			originalAnnotation: nothing,
			ended: () => {},
		},
		planning: { probe: async () => FACTS, apiNode: nothing, crictl: async () => new Map() },
	});
	onTestFinished(() => engine.stop());
	engine.start();
}
