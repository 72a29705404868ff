import { describe, expect, it } from "vitest";
import type { RunState } from "../../lib/contracts/run.ts";
import { Batch, MIGRATION, three } from "./testing/batch.ts";
import { testDatabase, testMigration, testPlan } from "./testing/migrations.ts";

const OUT: RunState[] = ["draining", "cutover", "verifying", "reverting", "cleaning"];
const outIn = (states: Record<string, RunState>) => Object.values(states).filter((state) => OUT.includes(state)).length;

describe("a rollout", () => {
	it.each([1, 2])("takes all nodes over, prepares ahead, and never has more than %i out", async (maxUnavailable) => {
		const batch = await Batch.of({ policy: { maxUnavailable }, runs: three });
		await batch.change.start(MIGRATION, "ann");
		const seen = await batch.play();
		expect(Math.max(...seen.map(outIn))).toBe(maxUnavailable);
		expect(seen[0]).toEqual({ run00001: "preparing", run00002: "preparing", run00003: "preparing" });
		expect(seen.at(-1)).toEqual({ run00001: "done", run00002: "done", run00003: "done" });
		const migration = await batch.migration();
		expect(migration).toMatchObject({ state: "done", stateWhy: null });
		expect(migration.endedAt).not.toBeNull();
	});

	it("counts nodes that are out already, and lets none go out while nobody knows which are", async () => {
		const batch = await Batch.of({ policy: { maxUnavailable: 1 }, runs: three });
		await batch.change.start(MIGRATION, "ann");
		batch.unavailable = new Set(["elsewhere"]);
		await batch.play();
		expect(await batch.states()).toEqual({ run00001: "prepared", run00002: "prepared", run00003: "prepared" });
		const others = { code: "run.waiting-for-others", values: { nodes: "elsewhere", count: 1, most: 1 } };
		const firstWaits = async () => (await batch.db.run.findUniqueOrThrow({ where: { id: "run00001" } })).waiting;
		expect(await firstWaits()).toEqual(others);
		batch.unavailable = new Set(["node17", "node9"]);
		await batch.coordinator.tick();
		expect(await firstWaits()).toEqual({ ...others, values: { nodes: "node9, node17", count: 2, most: 1 } });
		batch.unavailable = null;
		await batch.play();
		expect(await batch.states()).toEqual({ run00001: "prepared", run00002: "prepared", run00003: "prepared" });
		const waiting = async () => (await batch.db.run.findMany({ select: { waiting: true } })).map((run) => run.waiting);
		expect(await waiting()).toEqual(Array(3).fill({ code: "run.waiting-for-cluster", values: {} }));
		batch.unavailable = new Set();
		await batch.coordinator.tick();
		expect(await waiting()).toEqual([null, null, null]);
		await batch.play();
		expect(await batch.state()).toBe("done");
	});

	it("goes on without the cluster's word where a person has said that there is no API", async () => {
		const batch = await Batch.of({ withoutApi: true, runs: three });
		batch.unavailable = null;
		await batch.change.start(MIGRATION, "ann");
		expect(Math.max(...(await batch.play()).map(outIn))).toBe(1);
		expect(await batch.state()).toBe("done");
	});

	it("counts a node that a failed run had to leave cordoned", async () => {
		const batch = await Batch.of({ runs: three });
		await batch.change.start(MIGRATION, "ann");
		await batch.play((id, state) => (id === "run00001" && state === "cutover" ? "reverting" : undefined));
		await batch.db.run.update({ where: { id: "run00001" }, data: { cordonedByUs: true } });
		batch.unavailable = new Set(["node1"]);
		await batch.change.resume(MIGRATION, "ann");
		await batch.play();
		expect(await batch.states()).toMatchObject({ run00002: "prepared", run00003: "prepared" });
	});

	it("holds after a failure until a person decides; then who saw it is on record, and the rest goes on", async () => {
		const batch = await Batch.of({ policy: { maxUnavailable: 1 }, runs: three });
		await batch.change.start(MIGRATION, "ann");
		await batch.play((id, state) => (id === "run00001" && state === "cutover" ? "reverting" : undefined));
		expect(await batch.states()).toEqual({ run00001: "reverted", run00002: "prepared", run00003: "prepared" });
		expect(await batch.migration()).toMatchObject({
			state: "held",
			stateWhy: { code: "migration.held", values: { node: "node1", run: "run00001" } },
		});
		await batch.change.resume(MIGRATION, "ann");
		await batch.play();
		expect(await batch.migration()).toMatchObject({ state: "done-with-failures" });
		const events = await batch.db.runEvent.findMany({ where: { runId: "run00001" }, orderBy: { id: "desc" }, take: 2 });
		expect(events.map(({ code, actor }) => ({ code, actor }))).toEqual([
			{ code: "run.failure-seen", actor: "ann" },
			{ code: "migration.held", actor: null },
		]);
	});

	it("starts nothing after a pause, and goes on where it stood", async () => {
		const batch = await Batch.of({ runs: three });
		await batch.change.start(MIGRATION, "ann");
		await batch.coordinator.tick();
		await batch.move("run00001");
		await batch.coordinator.tick();
		await batch.change.pause(MIGRATION, "ann");
		await batch.play();
		expect(await batch.states()).toEqual({ run00001: "done", run00002: "prepared", run00003: "prepared" });
		expect(await batch.migration()).toMatchObject({ state: "paused", stateWhy: { code: "migration.paused", values: { person: "ann" } } });
		await batch.change.resume(MIGRATION, "ben");
		await batch.play();
		expect(await batch.state()).toBe("done");
	});

	it("does not start a node that was decided on in the very moment of the pause", async () => {
		const batch = await Batch.of({ runs: three });
		await batch.change.start(MIGRATION, "ann");
		await batch.coordinator.tick();
		for (const { id } of three) await batch.move(id);
		batch.meanwhile = () => batch.change.pause(MIGRATION, "ann").catch(() => {});
		await batch.coordinator.tick();
		expect(Object.values(await batch.states())).toEqual(["prepared", "prepared", "prepared"]);
	});

	it("stops after the running nodes: what waits never starts, what was prepared is cleaned up", async () => {
		const batch = await Batch.of({ runs: [...three, { id: "run00004" }] });
		await batch.change.start(MIGRATION, "ann");
		await batch.coordinator.tick();
		for (const id of ["run00001", "run00002"]) await batch.move(id);
		await batch.coordinator.tick();
		await batch.db.run.update({ where: { id: "run00004" }, data: { state: "queued" } });
		await batch.change.stop(MIGRATION, "ann");
		await batch.play((_id, state) => (state === "cleaning" ? "not-started" : undefined));
		expect(await batch.states()).toEqual({ run00001: "done", run00002: "not-started", run00003: "not-started", run00004: "not-started" });
		expect(await batch.state()).toBe("done-with-failures");
		const [run] = await batch.db.run.findMany({ where: { id: "run00004" } });
		expect(run).toMatchObject({ result: { code: "run.not-started" } });
	});

	it("cancels: asks every running node back, starts none, and says who wanted it", async () => {
		const batch = await Batch.of({ runs: three });
		await batch.change.start(MIGRATION, "ann");
		await batch.coordinator.tick();
		await batch.move("run00001");
		await batch.coordinator.tick();
		await batch.change.cancel(MIGRATION, "ann");
		const requests = await batch.db.run.findMany({ select: { request: true }, orderBy: { position: "asc" } });
		expect(requests.map((run) => run.request)).toEqual(["cancel", "cancel", "cancel"]);
		const events = await batch.db.runEvent.findMany({ where: { code: "run.cancel-requested" } });
		expect(events.map((event) => event.actor)).toEqual(["ann", "ann", "ann"]);
		for (const { id } of three) {
			await batch.move(id, "cleaning");
			await batch.move(id, "cancelled");
		}
		await batch.play();
		expect(await batch.state()).toBe("cancelled");
	});

	it("asks runs back that began while the cancel was being written", async () => {
		const batch = await Batch.of({
			state: "cancelling",
			runs: [
				{ id: "run00001", state: "preparing" },
				{ id: "run00002", state: "finishing" },
			],
		});
		await batch.coordinator.tick();
		const requests = await batch.db.run.findMany({ select: { request: true }, orderBy: { position: "asc" } });
		expect(requests.map((run) => run.request)).toEqual(["cancel", null]);
	});

	it("prepares only, pauses, and takes the nodes over when a person goes on", async () => {
		const batch = await Batch.of({ policy: { prepareOnly: true }, runs: three });
		await batch.change.start(MIGRATION, "ann");
		await batch.play();
		expect(await batch.migration()).toMatchObject({ state: "paused", stateWhy: { code: "migration.prepared" } });
		expect(Object.values(await batch.states())).toEqual(["prepared", "prepared", "prepared"]);
		await batch.change.resume(MIGRATION, "ann");
		await batch.play();
		expect(await batch.state()).toBe("done");
	});

	it("takes control plane nodes last and one at a time", async () => {
		const db = await testDatabase();
		const plan = (id: string) => testPlan(id, { controlPlane: true });
		await testMigration(db, {
			state: "draft",
			policy: { maxUnavailable: 3 },
			runs: [{ id: "run00001", plan: plan("run00001") }, { id: "run00002", plan: plan("run00002") }, { id: "run00003" }],
		});
		const batch = new Batch(db);
		await batch.change.start(MIGRATION, "ann");
		const seen = await batch.play();
		for (const states of seen) {
			const out = Object.entries(states).filter(([, state]) => OUT.includes(state));
			expect(out.filter(([id]) => id !== "run00003").length).toBeLessThanOrEqual(1);
			if (out.some(([id]) => id !== "run00003")) expect(["finishing", "done"]).toContain(states["run00003"]);
		}
		expect(await batch.state()).toBe("done");
	});
});
