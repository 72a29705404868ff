import { writeFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { commit } from "../remote/commit.ts";
import { localNodeObstacle } from "../remote/testing/local-session.ts";
import { Adoption } from "./adoption.ts";
import { CRI_SOCKET } from "./testing/cluster.ts";
import { testMigration } from "./testing/migrations.ts";
import { Stage } from "./testing/stage.ts";

const obstacle = localNodeObstacle("dash");
if (obstacle) console.warn(`NOT RUN: server/engine/adoption: ${obstacle}`);

// The node's side takes real time, and a busy machine makes it longer.
vi.setConfig({ testTimeout: 180_000 });

const RUN = "abcdefgh01";
const ANN = { id: "u1", name: "Ann" };
const WAITS = 'while [ ! -e "$RUN/go" ]; do sleep 0.05; done';

/** The console with this id, whose database knows nothing of the run. */
async function lostIts(stage: Stage, consoleId = stage.consoleId, meanwhile = async () => {}): Promise<Adoption> {
	stage.lease?.abandon();
	await stage.db.migration.deleteMany();
	stage.consoleId = consoleId;
	return new Adoption({
		db: stage.db,
		consoleId,
		session: () => stage.session(),
		cluster: async () => {
			await meanwhile();
			return stage.cluster.api;
		},
		onMigrationChanged: () => {},
		onRunChanged: () => {},
		wake: () => {},
		now: () => new Date(),
	});
}

/** Carries the run until its cutover has ended well and the cluster is waited for. */
async function upToVerified(stage: Stage): Promise<void> {
	await stage.carry();
	await stage.goOut();
	const carried = stage.carry();
	await expect.poll(async () => (await stage.row()).waiting, { timeout: 60_000 }).toMatchObject({ code: "run.node-ok-waiting-for-api" });
	stage.lease?.abandon();
	await carried;
}

describe.skipIf(obstacle !== "")("a run on the node that the console does not know (rule 21)", () => {
	it("after the loss of the database: shown as it stands, adopted, and committed once the cluster shows it", async () => {
		const stage = await Stage.set();
		stage.cluster.pods.set("web-1", "");
		await upToVerified(stage);
		const { reason, ticket } = await stage.db.migration.findFirstOrThrow();
		const adoption = await lostIts(stage);
		const [left, ...more] = await adoption.look("node1");
		expect(more).toEqual([]);
		expect(left).toMatchObject({
			runId: RUN,
			state: "verified",
			console: "console-a",
			foreign: false,
			noted: { direction: "migrate", by: "tester", reason, ticket },
			choices: ["keep", "go-back"],
			byHand: `sh /var/lib/gantry/runs/${RUN}/revert.sh by-hand`,
		});
		expect(left?.revertInS).toBeGreaterThan(600);
		const because = vi.fn(() => "The database is lost.");
		expect(await adoption.adopt("node1", RUN, "keep", ANN, because)).toMatchObject({ id: RUN, console: "console-a" });
		expect(because).toHaveBeenCalledWith(expect.objectContaining({ asked: { by: "tester", reason, ticket } }));
		expect(await adoption.look("node1")).toEqual([]);
		await expect(adoption.adopt("node1", RUN, "keep", ANN)).rejects.toMatchObject({ code: "run.known-already" });
		const adopted = await stage.db.runEvent.findFirstOrThrow({ where: { runId: RUN, code: "run.adopted" } });
		expect(adopted).toMatchObject({
			actor: "Ann",
			values: { node: "node1", console: "console-a", choice: "keep", why: "The database is lost." },
		});
		stage.cluster.wentOver();
		expect(await stage.carryToEnd()).toBe("done");
		expect(stage.file("final")).toBe("committed\n");
		expect(await stage.row()).toMatchObject({ verified: "cluster", cordonedByUs: false, result: { code: "run.done" } });
		// All that the record would have held: the whole log, the steps, the cordon and the annotation put right.
		expect(await stage.log()).toBe(stage.file("log"));
		expect(await stage.steps()).toMatchObject({
			"check-host": "ok",
			"arm-revert": "ok",
			"verify-node": "ok",
			commit: "ok",
			uncordon: "ok",
		});
		expect(stage.cluster.unschedulable).toBe(false);
		expect(stage.cluster.annotations[CRI_SOCKET]).toMatch(/containerd\.sock$/);
	});

	it("by a second console: told whose it is, taken back, and the first console is refused from then on", async () => {
		const stage = await Stage.set();
		await upToVerified(stage);
		const { fence } = await stage.row();
		const adoption = await lostIts(stage, "console-b");
		expect(await adoption.look("node1")).toMatchObject([{ console: "console-a", foreign: true, state: "verified" }]);
		const refusal = new Error("why?");
		const refuses = () => {
			throw refusal;
		};
		await expect(adoption.adopt("node1", RUN, "go-back", ANN, refuses)).rejects.toBe(refusal);
		// Whoever is not answered has changed nothing: the node is still the first console's.
		expect(await adoption.look("node1")).toMatchObject([{ console: "console-a", foreign: true, state: "verified" }]);
		await adoption.adopt("node1", RUN, "go-back", ANN);
		await expect(commit(stage.session(), RUN, { consoleId: "console-a", fence })).rejects.toMatchObject({
			code: "remote.locked-by",
			values: { console: "console-b", run: RUN },
		});
		expect(await stage.carryToEnd()).toBe("reverted");
		expect(stage.file("final")).toBe("reverted\n");
		expect(stage.cluster.unschedulable).toBe(false);
		expect((await stage.row()).fence).toBeGreaterThan(fence);
	});

	it("one that was only prepared is cleaned up", async () => {
		const stage = await Stage.set();
		expect(await stage.carry()).toBe("prepared");
		const adoption = await lostIts(stage);
		expect(await adoption.look("node1")).toMatchObject([{ state: "prepared", choices: ["go-back"], revertInS: null }]);
		await expect(adoption.adopt("node1", RUN, "keep", ANN)).rejects.toMatchObject({
			code: "run.cannot-adopt",
			values: { state: "prepared" },
		});
		await adoption.adopt("node1", RUN, "go-back", ANN);
		expect(await stage.carryToEnd()).toBe("cancelled");
		expect(stage.file("final")).toBe("cleaned\n");
	});

	it("one whose node a migration starts with in that moment is not adopted: of two, one has the node", async () => {
		const stage = await Stage.set();
		expect(await stage.carry()).toBe("prepared");
		const adoption = await lostIts(stage, stage.consoleId, async () => {
			await testMigration(stage.db, { id: "migration2", state: "running", runs: [{ id: "run00002", node: "node1" }] });
		});
		await expect(adoption.adopt("node1", RUN, "go-back", ANN)).rejects.toMatchObject({
			code: "migration.node-busy",
			values: { node: "node1", migration: "migration2" },
		});
		expect(await stage.db.run.findMany({ select: { id: true } })).toEqual([{ id: "run00002" }]);
	});

	it("one whose script works is left alone, and goes by the node's truth afterwards", async () => {
		const stage = await Stage.set({ bodies: { cutover: `${WAITS}; echo "cause unit-did-not-start unit=x state=failed"; end 1` } });
		await stage.carry();
		await stage.goOut();
		const carried = stage.carry();
		await expect.poll(() => stage.file("started.cutover"), { timeout: 20_000 }).not.toBe("");
		stage.lease?.abandon();
		await carried;
		const adoption = await lostIts(stage);
		expect(await adoption.look("node1")).toMatchObject([{ state: "working", choices: [] }]);
		await expect(adoption.adopt("node1", RUN, "go-back", ANN)).rejects.toMatchObject({
			code: "run.cannot-adopt",
			values: { state: "working" },
		});
		writeFileSync(stage.path("go"), "");
		await expect.poll(async () => (await adoption.look("node1"))[0]?.state, { timeout: 20_000 }).toBe("stopped");
		await adoption.adopt("node1", RUN, "go-back", ANN);
		expect(await stage.carryToEnd()).toBe("reverted");
	});

	it("one whose scripts are not those that were reviewed cannot be adopted, only shown", async () => {
		const stage = await Stage.set();
		await upToVerified(stage);
		writeFileSync(stage.path("revert.sh"), "#!/bin/sh\nreboot\n");
		const adoption = await lostIts(stage);
		expect(await adoption.look("node1")).toMatchObject([{ state: "verified", noted: null, choices: [] }]);
		await expect(adoption.adopt("node1", RUN, "go-back", ANN)).rejects.toMatchObject({ code: "run.cannot-adopt" });
		expect(await stage.db.run.count()).toBe(0);
	});
});
