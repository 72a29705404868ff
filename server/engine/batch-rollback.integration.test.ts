import { expect, it } from "vitest";
import type { RunState } from "../../lib/contracts/run.ts";
import { AuditLog } from "../audit/audit.ts";
import type { Commit } from "../db/commit.ts";
import { EventHub } from "../events/hub.ts";
import { rollBackBatch } from "./batch-rollback.ts";
import { MigrationChangeError } from "./change-error.ts";
import type { PlanRequest } from "./planning.ts";
import { Batch, MIGRATION, three } from "./testing/batch.ts";

const policy = { maxUnavailable: 1, rollout: { onFailures: "roll-back" } };
const secondFails = (id: string, state: RunState) => (id === "run00002" && state === "cutover" ? ("reverting" as const) : undefined);

it("has what was done go back, once nobody is under way any more, and asks for it once", async () => {
	const batch = await Batch.of({ policy, runs: three });
	const asked: string[][] = [];
	batch.rollBack = async ({ runs }) => {
		asked.push(runs.map((run) => run.nodeId));
		return { migration: "wayback1", count: runs.length };
	};
	await batch.change.start(MIGRATION, "ann");
	await batch.play(secondFails);
	await batch.coordinator.tick();
	await expect.poll(() => asked).toEqual([["node1"]]);
	await expect.poll(async () => ((await batch.migration()).stateWhy as { code: string }).code).toBe("migration.rolled-back");
	await batch.coordinator.tick();
	expect(asked).toHaveLength(1);
	expect(await batch.migration()).toMatchObject({
		state: "held",
		stateWhy: { code: "migration.rolled-back", values: { node: "node2", migration: "wayback1", count: 1 } },
	});
	expect(await batch.states()).toEqual({ run00001: "done", run00002: "reverted", run00003: "prepared" });
});

it("is only held where there is nothing to take back", async () => {
	const nothing = await Batch.of({ policy, runs: three });
	await nothing.change.start(MIGRATION, "ann");
	await nothing.play((id, state) => (id === "run00001" && state === "cutover" ? "reverting" : undefined));
	await nothing.coordinator.tick();
	await expect.poll(() => nothing.migration()).toMatchObject({ state: "held", stateWhy: { code: "migration.held" } });
});

it("says why the way back could not be started", async () => {
	const batch = await Batch.of({ policy, runs: three });
	batch.rollBack = () => Promise.reject(new Error("the disk is full"));
	await batch.change.start(MIGRATION, "ann");
	await batch.play(secondFails);
	await batch.coordinator.tick();
	await expect
		.poll(() => batch.migration())
		.toMatchObject({
			state: "held",
			stateWhy: { code: "migration.roll-back-failed", values: { node: "node2" } },
		});
});

it("says for which node of another migration it waits, and goes back once that is free", async () => {
	const batch = await Batch.of({ policy, runs: three });
	let busy = true;
	batch.rollBack = async ({ runs }) => {
		if (busy) throw new MigrationChangeError("migration.node-busy", { node: "node1", migration: "other001" });
		return { migration: "wayback1", count: runs.length };
	};
	await batch.change.start(MIGRATION, "ann");
	await batch.play(secondFails);
	const waits = { code: "migration.rolling-back", values: { node: "node2", busy: "node1", busyIn: "other001" } };
	await expect
		.poll(async () => {
			await batch.coordinator.tick();
			return batch.migration();
		})
		.toMatchObject({ state: "held", stateWhy: waits });
	busy = false;
	await expect
		.poll(async () => {
			await batch.coordinator.tick();
			return batch.migration();
		})
		.toMatchObject({ stateWhy: { code: "migration.rolled-back", values: { migration: "wayback1" } } });
});

it("makes one migration of it however often it is asked, and starts it with no question of its own", async () => {
	const batch = await Batch.of({
		policy: { ...policy, approval: { needed: true }, rollout: { ...policy.rollout, canary: { nodes: 1 } } },
		runs: three,
		state: "held",
	});
	const drafts: PlanRequest[] = [];
	const started: string[] = [];
	const ports = {
		db: batch.db,
		audit: new AuditLog(batch.db, new EventHub()),
		planning: {
			draft: async (request: PlanRequest) => {
				drafts.push(request);
				const { migrationId: id = "", clusterId, direction, reason, ticket } = request;
				await batch.db.migration.create({
					data: {
						id,
						clusterId,
						direction,
						reason,
						ticket,
						state: "draft",
						policy: { ...request.policy },
						createdById: "p",
						createdBy: "p",
					},
				});
				return id;
			},
		},
		change: {
			start: async (id: string, _person: string, { commit }: { commit?: Commit<[string[]]> } = {}) => {
				started.push(id);
				await commit?.([batch.db.migration.update({ where: { id }, data: { state: "running" } })], []);
				return [];
			},
		},
	};
	const runs = [
		{ id: "run00001", nodeId: "node1" },
		{ id: "run00003", nodeId: "node3" },
	];
	const kept = [{ code: "containerd.config.short-names", reason: "known", by: "ann" }];
	await batch.db.run.update({ where: { id: "run00003" }, data: { overrides: kept } });
	const asked = { migrationId: MIGRATION, failedRunId: "run00002", runs };
	const { migration: id } = await rollBackBatch(ports, asked);
	expect((await rollBackBatch(ports, asked)).migration).toBe(id);
	// A console that died after planning starts what it planned.
	await batch.db.migration.update({ where: { id }, data: { state: "draft" } });
	expect((await rollBackBatch(ports, asked)).migration).toBe(id);
	expect(started).toEqual([id, id]);
	// With each start, and only then.
	const told = { actorName: "policy", action: "migration.roll-back", targetId: MIGRATION, outcome: "ok", values: { migration: id } };
	expect(await batch.db.auditEvent.findMany()).toMatchObject([told, told]);
	expect(drafts).toHaveLength(1);
	expect(drafts[0]?.overrides).toEqual([{ nodeId: "node3", code: "containerd.config.short-names" }]);
	// A later failure of the same migration is another one.
	expect((await rollBackBatch(ports, { ...asked, failedRunId: "run00009" })).migration).not.toBe(id);
	expect(drafts[0]).toMatchObject({
		direction: "rollback",
		nodeIds: ["node1", "node3"],
		policy: { approval: { needed: false }, rollout: { canary: null } },
	});
});

it("goes back also where the failure comes last, and has not ended before that has begun", async () => {
	const batch = await Batch.of({ policy: { maxUnavailable: 3, rollout: { onFailures: "roll-back" } }, runs: three });
	let answer = () => {};
	const planned = new Promise<void>((resolve) => {
		answer = resolve;
	});
	batch.rollBack = async ({ runs }) => {
		await planned;
		return { migration: "wayback1", count: runs.length };
	};
	await batch.change.start(MIGRATION, "ann");
	await batch.play(secondFails);
	await batch.coordinator.tick();
	expect(await batch.migration()).toMatchObject({ state: "held", stateWhy: { code: "migration.rolling-back" } });
	// Planning goes on beside the rollout, and nobody lets more nodes go over meanwhile.
	await expect(batch.change.resume(MIGRATION, "ann")).rejects.toMatchObject({ code: "migration.rolling-back" });
	answer();
	await expect
		.poll(async () => {
			await batch.coordinator.tick();
			return batch.migration();
		})
		.toMatchObject({ state: "done-with-failures", stateWhy: { code: "migration.rolled-back", values: { count: 2 } } });
});
