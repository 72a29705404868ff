import { describe, expect, it } from "vitest";
import { Batch, MIGRATION, three } from "./testing/batch.ts";

describe("a rollout one node of which is held for a look", () => {
	/** The first node is held, the second is done, and the third would be the next. */
	async function heldBatch(rollout: object = {}): Promise<Batch> {
		const policy = { maxUnavailable: 2, rollout: { onNodeFailure: "hold", ...rollout } };
		const batch = await Batch.of({ policy, runs: three });
		await batch.change.start(MIGRATION, "ann");
		await batch.coordinator.tick();
		for (const { id } of three) await batch.move(id);
		await batch.coordinator.tick();
		for (const to of ["cutover", "verifying"] as const) await batch.move("run00001", to);
		await batch.db.run.update({ where: { id: "run00001" }, data: { hold: "held", holdSince: { bootId: "b", uptimeS: 1 } } });
		for (const to of ["cutover", "verifying", "finishing", "done"] as const) await batch.move("run00002", to);
		await batch.coordinator.tick();
		return batch;
	}
	const thirdIs = async (batch: Batch) => (await batch.states())["run00003"];

	it("holds like a failure that is one too many, and goes on by itself once the cluster has shown the node", async () => {
		const batch = await heldBatch();
		expect(await batch.states()).toEqual({ run00001: "verifying", run00002: "done", run00003: "prepared" });
		expect(await batch.migration()).toMatchObject({
			state: "held",
			stateWhy: { code: "migration.node-held", values: { node: "node1", run: "run00001" } },
		});
		await batch.move("run00001");
		await batch.coordinator.tick();
		expect(await batch.migration()).toMatchObject({
			state: "running",
			stateWhy: { code: "migration.went-on", values: { node: "node1" } },
		});
		expect(await batch.db.run.findUniqueOrThrow({ where: { id: "run00001" } })).toMatchObject({ hold: null, holdSince: null });
		await batch.play();
		expect(await batch.state()).toBe("done");
	});

	it("lets the rest go where a person has seen it, also when the node goes back then", async () => {
		const batch = await heldBatch();
		await batch.change.resume(MIGRATION, "ann");
		await batch.coordinator.tick();
		expect(await thirdIs(batch)).toBe("draining");
		await batch.move("run00001", "reverting");
		await batch.play();
		expect(await batch.states()).toEqual({ run00001: "reverted", run00002: "done", run00003: "done" });
		expect(await batch.state()).toBe("done-with-failures");
		expect(await batch.db.runEvent.count({ where: { runId: "run00001", code: "run.failure-seen", actor: "ann" } })).toBe(1);
	});

	it("stays held where the node goes back", async () => {
		const batch = await heldBatch();
		await batch.move("run00001", "reverting");
		await batch.play();
		expect(await batch.states()).toEqual({ run00001: "reverted", run00002: "done", run00003: "prepared" });
		expect(await batch.state()).toBe("held");
	});

	it("takes what was done back only when the node has gone back, where the policy says so", async () => {
		const batch = await heldBatch({ onFailures: "roll-back" });
		expect(await batch.state()).toBe("running");
		expect(await thirdIs(batch)).toBe("prepared");
		await batch.move("run00001", "reverting");
		await batch.move("run00001", "reverted");
		await batch.coordinator.tick();
		expect(await batch.migration()).toMatchObject({ state: "held", stateWhy: { values: { node: "node1" } } });
	});

	it("is cancelled with the rest", async () => {
		const batch = await heldBatch();
		await batch.change.cancel(MIGRATION, "ann");
		expect(await batch.db.run.findUniqueOrThrow({ where: { id: "run00001" } })).toMatchObject({ request: "cancel" });
	});
});
