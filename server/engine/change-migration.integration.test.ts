import { describe, expect, it } from "vitest";
import type { RunState } from "../../lib/contracts/run.ts";
import { decisionsAbout } from "../audit/decisions.ts";
import { migrationDetail } from "./history.ts";
import { MOST_NODES } from "./planning.ts";
import { Batch, MIGRATION, three } from "./testing/batch.ts";
import { testDatabase, testMigration } from "./testing/migrations.ts";
import type { TriedAgain } from "./try-again.ts";

/** Another attempt of a run, as planning would store it. */
const anew = (run: TriedAgain, state: RunState) => ({
	id: `again-${run.id}`,
	migrationId: MIGRATION,
	nodeId: run.nodeId,
	nodeName: run.nodeId,
	direction: "migrate",
	position: run.position,
	attempt: run.attempt + 1,
	previousId: run.id,
	state,
	fromRuntime: "",
	toRuntime: "",
});

describe("what a person asks of a migration", () => {
	const nothing = async (): Promise<never> => {
		throw new Error("nothing is planned");
	};
	const refused = (code: string) => ({ name: "MigrationChangeError", code });

	it("is refused where it does not fit, with what was found, and changes nothing", async () => {
		const batch = await Batch.of({ runs: three });
		const { change } = batch;
		type Ask = (id: string, person: string) => Promise<unknown>;
		const running: Ask[] = [change.pause, change.resume, change.stop, change.cancel];
		const any: Ask[] = [change.start, ...running];
		for (const ask of running)
			await expect(ask.call(change, MIGRATION, "ann")).rejects.toMatchObject({ code: "migration.wrong-state", values: { state: "draft" } });
		await expect(change.tryAgain(MIGRATION, "failed", "ann", nothing)).rejects.toMatchObject(refused("migration.wrong-state"));
		for (const ask of any) await expect(ask.call(change, "nothing", "ann")).rejects.toMatchObject(refused("migration.not-found"));
		await change.start(MIGRATION, "ann");
		await expect(change.start(MIGRATION, "ann")).rejects.toMatchObject({ code: "migration.wrong-state", values: { state: "running" } });
		await batch.play();
		for (const ask of any)
			await expect(ask.call(change, MIGRATION, "ann")).rejects.toMatchObject({ code: "migration.wrong-state", values: { state: "done" } });
		await expect(change.tryAgain(MIGRATION, "failed", "ann", nothing)).rejects.toMatchObject(refused("migration.nothing-to-do"));
		expect(await batch.state()).toBe("done");
		expect(await batch.db.runEvent.count({ where: { code: "run.cancel-requested" } })).toBe(0);
	});

	it("is refused where another migration works on one of the nodes, also when both start at once", async () => {
		const db = await testDatabase();
		await testMigration(db, { state: "draft", runs: three });
		await testMigration(db, { id: "migration2", state: "draft", runs: [{ id: "run00004", node: "node2" }] });
		const { change } = new Batch(db);
		const both = await Promise.allSettled([change.start(MIGRATION, "ann"), change.start("migration2", "ben")]);
		expect(both[0].status).toBe("fulfilled");
		expect(both[1]).toMatchObject({ reason: { code: "migration.node-busy", values: { node: "node2", migration: MIGRATION } } });
	});

	it("starts as many nodes as a plan may have, shows them, and tries again those of them that failed", async () => {
		const db = await testDatabase();
		await testMigration(db, { state: "draft", runs: [] });
		const ids = Array.from({ length: MOST_NODES }, (_, index) => `n${index}`);
		const row = { migrationId: MIGRATION, direction: "migrate", state: "queued", fromRuntime: "docker", toRuntime: "containerd" };
		await db.node.createMany({ data: ids.map((id) => ({ id, clusterId: "cluster1", name: id, address: "192.0.2.1" })) });
		await db.run.createMany({ data: ids.map((id, position) => ({ ...row, id: `run${id}`, nodeId: id, nodeName: id, position })) });
		const { change } = new Batch(db);
		await change.start(MIGRATION, "ann");
		expect(await db.migration.count({ where: { id: MIGRATION, state: "running" } })).toBe(1);
		expect((await migrationDetail(db, MIGRATION))?.runs).toHaveLength(MOST_NODES);
		expect(await decisionsAbout(db, MIGRATION, null)).toEqual([]);
		await db.run.updateMany({ data: { state: "failed" } });
		await db.run.updateMany({ where: { position: { gt: 2 } }, data: { state: "done" } });
		expect(await change.tryAgain(MIGRATION, "failed", "ann", async (run) => anew(run, "queued"))).toBe(3);
	});

	it("cancels one node: at once where it waits, once where it runs, not after its commit", async () => {
		const batch = await Batch.of({
			state: "running",
			runs: [
				{ id: "run00001" },
				{ id: "run00002", state: "draining" },
				{ id: "run00003", state: "finishing" },
				{ id: "run00004", state: "done" },
				{ id: "run00005", state: "cutover" },
			],
		});
		await batch.change.cancelRun("run00001", "ann");
		expect(await batch.db.run.findUnique({ where: { id: "run00001" } })).toMatchObject({
			state: "cancelled",
			result: { code: "run.cancelled" },
		});
		await batch.change.cancelRun("run00002", "ann");
		await Promise.all([
			batch.change.cancelRun("run00002", "ben"),
			batch.change.cancelRun("run00005", "ann"),
			batch.change.cancelRun("run00005", "ben"),
		]);
		const events = await batch.db.runEvent.findMany({ orderBy: { id: "asc" } });
		expect(events.map(({ runId, code, actor }) => [runId, code, actor])).toEqual([
			["run00001", "run.cancelled", "ann"],
			["run00002", "run.cancel-requested", "ann"],
			// Both at the same moment: whoever is first.
			["run00005", "run.cancel-requested", expect.stringMatching(/^(ann|ben)$/)],
		]);
		for (const [id, state] of [
			["run00003", "finishing"],
			["run00004", "done"],
			["run00001", "cancelled"],
		] as const)
			await expect(batch.change.cancelRun(id)).rejects.toMatchObject({ code: "run.wrong-state", values: { run: id, state } });
		await expect(batch.change.cancelRun("nothing")).rejects.toMatchObject(refused("run.not-found"));
	});

	it("tries again what failed, once however often it is asked, and leaves what needs hands", async () => {
		const batch = await Batch.of({
			state: "done-with-failures",
			runs: [
				{ id: "run00001", state: "reverted" },
				{ id: "run00002", state: "done" },
				{ id: "run00003", state: "revert-failed" },
				{ id: "run00004", state: "failed" },
				{ id: "run00005", state: "not-started" },
			],
		});
		const planned: string[] = [];
		const again = async (run: TriedAgain) => {
			planned.push(run.id);
			// The second node cannot even be planned any more.
			return anew(run, run.id === "run00004" ? "skipped" : "queued");
		};
		expect(await batch.change.tryAgain(MIGRATION, "failed", "ann", again)).toBe(2);
		expect(planned).toEqual(["run00001", "run00004"]);
		expect(await batch.migration()).toMatchObject({ state: "running", endedAt: null });
		const event = await batch.db.runEvent.findFirstOrThrow({ where: { runId: "again-run00001" } });
		expect(event).toMatchObject({ code: "run.tried-again", values: { attempt: 2 }, actor: "ann" });
		// What could not be planned has failed again.
		expect(await batch.change.tryAgain(MIGRATION, "failed", "ben", again)).toBe(1);
		expect(planned.at(-1)).toBe("again-run00004");
		expect(await batch.change.tryAgain(MIGRATION, "not-started", "ann", again)).toBe(1);
		expect(planned.at(-1)).toBe("run00005");
	});

	it("goes on after failures that a person has seen, and not where another node has failed since", async () => {
		const policy = { rollout: { onNodeFailure: "hold" } };
		const runs = [{ id: "run00001", state: "failed" as const }, { id: "run00002", state: "reverting" as const }, { id: "run00003" }];
		const batch = await Batch.of({ state: "held", policy, runs });
		const seen = ["run00001"];
		await batch.move("run00002", "revert-failed");
		const events = () => batch.db.runEvent.count({ where: { code: "run.failure-seen" } });
		await expect(batch.change.resume(MIGRATION, "ann", "ann", { seen })).rejects.toMatchObject({ code: "migration.changed-since" });
		expect([await batch.state(), await events()]).toEqual(["held", 0]);
		expect(await batch.db.run.count({ where: { failureSeenAt: { not: null } } })).toBe(0);
		await batch.change.resume(MIGRATION, "ann", "ann", { seen: [...seen, "run00002"] });
		expect([await batch.state(), await events()]).toEqual(["running", 2]);
	});

	it("does not take a node out by a retry of what failed that a person skipped; who starts the rest starts it", async () => {
		const batch = await Batch.of({
			state: "running",
			policy: { maxUnavailable: 3, rollout: { maxFailures: 3 } },
			runs: [
				{ id: "run00001", state: "failed" },
				{ id: "run00002" },
				{ id: "run00003", state: "prepared" },
				{ id: "run00004", state: "draining" },
			],
		});
		await batch.db.runStep.updateMany({ where: { runId: "run00003", phase: "prepare" }, data: { startedAt: new Date() } });
		await batch.db.runStep.updateMany({ where: { runId: "run00004", phase: "drain" }, data: { startedAt: new Date() } });
		for (const id of ["run00002", "run00003", "run00004"]) await batch.change.cancelRun(id, "ann");
		for (const id of ["run00003", "run00004"]) await batch.move(id, "cleaning");
		for (const id of ["run00003", "run00004"]) await batch.move(id, "cancelled");
		const again = async (run: TriedAgain) => anew(run, "queued");
		expect(await batch.change.tryAgain(MIGRATION, "failed", "ben", again)).toBe(2);
		const retried = await batch.db.run.findMany({ where: { attempt: 2 }, select: { previousId: true }, orderBy: { position: "asc" } });
		expect(retried.map((run) => run.previousId)).toEqual(["run00001", "run00004"]);
		expect(await batch.change.tryAgain(MIGRATION, "not-started", "ben", again)).toBe(2);
	});

	it("reads the nodes to try again all at once, and keeps nobody waiting meanwhile; of two who ask, one is heard", async () => {
		const batch = await Batch.of({
			state: "held",
			runs: [{ id: "run00001", state: "failed" }, { id: "run00002", state: "failed" }, { id: "run00003" }],
		});
		let answer = () => {};
		const silent = new Promise<void>((resolve) => {
			answer = resolve;
		});
		const asked: string[] = [];
		const again = async (run: TriedAgain) => {
			asked.push(run.id);
			await silent;
			return anew(run, "queued");
		};
		const both = [batch.change.tryAgain(MIGRATION, "failed", "ann", again), batch.change.tryAgain(MIGRATION, "failed", "ben", again)];
		await expect.poll(() => asked.length).toBe(4);
		await batch.change.resume(MIGRATION, "cyn");
		expect(await batch.state()).toBe("running");
		answer();
		const heard = await Promise.allSettled(both);
		expect(heard).toMatchObject([
			{ status: "fulfilled", value: 2 },
			{ status: "rejected", reason: { code: "migration.nothing-to-do" } },
		]);
		expect(await batch.db.run.count({ where: { attempt: 2 } })).toBe(2);
	});

	it("stays paused where a person tries again in a pause", async () => {
		const batch = await Batch.of({ state: "paused", runs: [{ id: "run00001", state: "failed" }, { id: "run00002" }] });
		await batch.change.tryAgain(MIGRATION, "failed", "ann", async (run) => anew(run, "queued"));
		expect(await batch.state()).toBe("paused");
	});
});
