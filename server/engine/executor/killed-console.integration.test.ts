import { writeFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { requestRevert } from "../../remote/revert.ts";
import { localNodeObstacle } from "../../remote/testing/local-session.ts";
import { Stage } from "../testing/stage.ts";

const obstacle = localNodeObstacle("dash");
if (obstacle) console.warn(`NOT RUN: server/engine/executor: ${obstacle}`);

// The node's side takes real time, and a busy machine makes it longer.
vi.setConfig({ testTimeout: 180_000 });

const WAITS = 'while [ ! -e "$RUN/go" ]; do sleep 0.05; done';

describe.skipIf(obstacle !== "")("a run by the engine whose console is killed", () => {
	// Each of the engine's writes is a place to be killed at: every one of the first run's, in steps.
	it.each([2, 9, 16, 23, 30, 37, 44])("at its write %i, ends well when taken up again", async (at) => {
		const stage = await Stage.set({ bodies: { prepare: "echo p1; sleep 0.2; echo p2", cutover: "echo c1; sleep 0.3; echo c2" } });
		stage.cluster.pods.set("web-1", "");
		stage.cluster.onCall = () => stage.file("exit.cutover") && stage.cluster.wentOver();
		let writes = 0;
		stage.onWrite = () => {
			writes += 1;
			if (writes !== at) return;
			// SIGKILL: nothing is handed back; the next process takes the lease away.
			stage.lease?.abandon();
			throw new Error("killed");
		};
		expect(await stage.carryToEnd()).toBe("done");
		expect(writes).toBeGreaterThan(at);
		expect(stage.file("ran.prepare")).toBe("once\n");
		expect(stage.file("ran.cutover")).toBe("once\n");
		expect(stage.file("final")).toBe("committed\n");
		expect(stage.cluster.unschedulable).toBe(false);
		expect(await stage.log()).toBe(stage.file("log"));
		expect(Object.values(await stage.steps()).every((state) => state === "ok")).toBe(true);
		const events = await stage.events();
		expect(new Set(events).size, events.join(" ")).toBe(events.length);
		expect(await stage.row()).toMatchObject({ waiting: null, cordonedByUs: false, verified: "cluster" });
	});

	it("between the uncordon and its record: the step was done, not skipped", async () => {
		const stage = await Stage.set();
		stage.cluster.onCall = () => stage.file("exit.cutover") && stage.cluster.wentOver();
		let killed = false;
		stage.onWrite = (what) => {
			if (killed || what !== "step" || stage.file("final") !== "committed\n" || stage.cluster.unschedulable) return;
			killed = true;
			stage.lease?.abandon();
			throw new Error("killed");
		};
		expect(await stage.carryToEnd()).toBe("done");
		expect(killed).toBe(true);
		expect(await stage.steps()).toMatchObject({ cordon: "ok", annotate: "ok", uncordon: "ok" });
		expect(await stage.row()).toMatchObject({ cordonedByUs: false });
	});

	it("between a control plane node's cordon and its cutover: whoever takes it up asks for the API server again", async () => {
		const stage = await Stage.set({ controlPlane: true });
		stage.cluster.onCall = () => stage.file("exit.cutover") && stage.cluster.wentOver();
		await stage.carry();
		await stage.goOut();
		let killed = false;
		stage.onWrite = () => {
			if (killed || !stage.cluster.unschedulable) return;
			killed = true;
			stage.lease?.abandon();
			throw new Error("killed");
		};
		expect(await stage.carry()).toBe("draining");
		expect(killed).toBe(true);
		stage.cluster.apiReady = false;
		const carried = stage.carryToEnd();
		await expect
			.poll(async () => (await stage.row()).waiting, { timeout: 60_000 })
			.toMatchObject({ code: "run.api-server-not-ready", values: { because: "cluster.not-ready" } });
		expect(stage.file("ran.cutover")).toBe("");
		stage.cluster.apiReady = true;
		expect(await carried).toBe("done");
		expect(await stage.row()).toMatchObject({ waiting: null, cordonedByUs: false });
	});

	it("in its cutover: what was on record keeps its times, and nothing is read twice", async () => {
		const stage = await Stage.set({
			withoutApi: true,
			bodies: { cutover: `mark begin stop-kubelet; mark end stop-kubelet ok; ${WAITS}` },
		});
		await stage.carry();
		await stage.goOut();
		const first = stage.carry();
		await expect.poll(async () => (await stage.steps())["stop-kubelet"], { timeout: 20_000 }).toBe("ok");
		stage.lease?.abandon();
		await first;
		const times = () =>
			stage.db.runStep.findMany({ where: { stepId: { in: ["arm-revert", "stop-kubelet"] } }, orderBy: { position: "asc" } });
		const before = await times();
		writeFileSync(stage.path("go"), "");
		expect(await stage.carryToEnd()).toBe("done");
		expect(await times()).toEqual(before);
		expect(await stage.log()).toBe(stage.file("log"));
	});

	it("between the node's way back and its record, which a person had asked for: it was called back, and did not go by itself", async () => {
		const stage = await Stage.set({
			bodies: { cutover: WAITS },
			policy: { rollout: { onNodeFailure: "hold" } },
		});
		await stage.carry();
		await stage.goOut();
		let killed = false;
		stage.onWrite = () => {
			if (killed || stage.file("final") !== "reverted\n") return;
			killed = true;
			stage.lease?.abandon();
			throw new Error("killed");
		};
		const first = stage.carry();
		await expect.poll(async () => (await stage.row()).revertAt, { timeout: 20_000 }).not.toBeNull();
		// Asked while nobody carries it, and decided on the node before anybody takes it up.
		stage.lease?.abandon();
		await first;
		await stage.cancel();
		expect(await requestRevert(stage.node.session(), "abcdefgh01")).toMatchObject({ decision: "revert" });
		await expect.poll(() => stage.file("final"), { timeout: 20_000 }).toBe("reverted\n");
		expect(await stage.carryToEnd()).toBe("reverted");
		expect(killed).toBe(true);
		expect(await stage.row()).toMatchObject({ result: { code: "run.cancelled" }, cordonedByUs: false });
		expect(stage.cluster.unschedulable).toBe(false);
	});

	it("while the timer fires: the record says that the node went back by itself", async () => {
		const stage = await Stage.set({ bodies: { cutover: WAITS } });
		await stage.carry();
		await stage.goOut();
		const first = stage.carry();
		await expect.poll(() => stage.file("deadline"), { timeout: 20_000 }).not.toBe("");
		await expect.poll(stage.state.bind(stage)).toBe("cutover");
		stage.lease?.abandon();
		await first;
		stage.node.spawn("systemctl start gantry-revert.service");
		await expect.poll(() => stage.file("final"), { timeout: 20_000 }).toBe("reverted\n");
		expect(await stage.carryToEnd()).toBe("reverted");
		expect(await stage.row()).toMatchObject({ result: { code: "run.went-back-by-itself" }, cordonedByUs: false, revertAt: null });
		expect(stage.cluster.unschedulable).toBe(false);
		expect(await stage.steps()).toMatchObject({ "revert:restore-files": "ok" });
		expect(await stage.log()).toBe(stage.file("log"));
	});
});
