import { describe, expect, it, vi } from "vitest";
import type { RunState } from "../../../lib/contracts/run.ts";
import { localNodeObstacle } from "../../remote/testing/local-session.ts";
import { Stage, unreachable } from "../testing/stage.ts";

const obstacle = localNodeObstacle("dash");
if (obstacle) console.warn(`NOT RUN: server/engine/executor: ${obstacle}`);

// The node's side takes real time, and a busy machine makes it longer.
vi.setConfig({ testTimeout: 180_000 });

const WAITS = 'while [ ! -e "$RUN/go" ]; do sleep 0.05; done';

describe.skipIf(obstacle !== "")("a run by the engine that a person cancels", () => {
	const cancelWhen = async (stage: Stage, state: RunState, ready: () => unknown): Promise<RunState> => {
		const carried = stage.carryToEnd();
		await expect.poll(stage.state.bind(stage), { timeout: 20_000 }).toBe(state);
		await expect.poll(ready, { timeout: 20_000 }).toBeTruthy();
		await stage.cancel();
		return carried;
	};

	it("while it prepares: the script is ended and cleaned up after", async () => {
		const stage = await Stage.set({ bodies: { prepare: WAITS } });
		expect(await cancelWhen(stage, "preparing", () => stage.file("started.prepare-1"))).toBe("cancelled");
		expect(stage.file("final")).toBe("cleaned\n");
		expect(stage.file("ran.cutover")).toBe("");
		expect(await stage.row()).toMatchObject({ result: { code: "run.cancelled" }, waiting: null });
	});

	it("while it waits for its turn", async () => {
		const stage = await Stage.set();
		expect(await stage.carry()).toBe("prepared");
		await stage.cancel();
		expect(await stage.carry()).toBe("cancelled");
		expect(stage.file("final")).toBe("cleaned\n");
		// What the clean-up said is on record too, although nobody followed it.
		expect(stage.file("log")).toContain("revert prepared-only");
		expect(await stage.log()).toBe(stage.file("log"));
	});

	it("while its node does not answer: nothing is waited for any more", async () => {
		const stage = await Stage.set();
		stage.unreachable = unreachable();
		const carried = stage.carryToEnd();
		await expect.poll(async () => (await stage.row()).waiting, { timeout: 20_000 }).not.toBeNull();
		const begunMs = performance.now();
		await stage.cancel();
		await expect.poll(stage.state.bind(stage), { interval: 5 }).not.toBe("preparing");
		// Limits pass twenty times as fast here: 60 s of asking again are three.
		expect(performance.now() - begunMs).toBeLessThan(2_500);
		expect(await stage.row()).toMatchObject({ result: { code: "run.cancelled" } });
		expect(await carried).toBe("cancelled");
		expect((await stage.steps())["connect"]).toBe("failed");
	});

	it("by another console, which can tell it to nobody here: it is found in the row", async () => {
		const stage = await Stage.set();
		stage.cluster.pods.set("web-1", "web");
		const carried = stage.carryToEnd();
		await expect.poll(async () => (await stage.state()) === "draining" && (await stage.row()).waiting, { timeout: 20_000 }).toBeTruthy();
		await stage.cancel({ silently: true });
		expect(await carried).toBe("cancelled");
		expect(stage.cluster.unschedulable).toBe(false);
	});

	it("while a budget blocks its drain: it said which, and uncordons", async () => {
		const stage = await Stage.set();
		stage.cluster.pods.set("web-1", "web");
		const told = () => stage.row().then((row) => row.waiting);
		expect(await cancelWhen(stage, "draining", async () => (await told()) !== null)).toBe("cancelled");
		expect(stage.cluster.calls).toContain("evict");
		expect(stage.cluster.unschedulable).toBe(false);
		expect(await stage.row()).toMatchObject({ result: { code: "run.cancelled" }, waiting: null, cordonedByUs: false });
		expect(stage.file("final")).toBe("cleaned\n");
	});

	it("in its cutover: it goes back", async () => {
		const stage = await Stage.set({ bodies: { cutover: WAITS } });
		expect(await cancelWhen(stage, "cutover", () => stage.file("deadline"))).toBe("reverted");
		expect(await stage.row()).toMatchObject({ result: { code: "run.cancelled" }, cordonedByUs: false });
		expect(stage.file("went-back")).toBe("again\n");
		expect(stage.cluster.unschedulable).toBe(false);
	});

	it("while the cluster does not show it yet: it goes back", async () => {
		const stage = await Stage.set();
		expect(await cancelWhen(stage, "verifying", async () => (await stage.row()).waiting)).toBe("reverted");
		expect(await stage.steps()).toMatchObject({ "verify-cluster": "failed", "revert:restore-files": "ok" });
		expect(stage.file("decision")).toBe("");
	});

	it("after its commit: too late, and on record", async () => {
		const stage = await Stage.set();
		stage.cluster.onCall = (name) => {
			if (stage.file("exit.cutover")) stage.cluster.wentOver();
			if (name === "annotate") void stage.cancel();
		};
		expect(await stage.carryToEnd()).toBe("done");
		expect(await stage.events()).toContain("run.cancel-too-late");
	});
});
