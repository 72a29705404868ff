import { describe, expect, it, vi } from "vitest";
import type { HoldAnswer, RunState } from "../../../lib/contracts/run.ts";
import { KubernetesError } from "../../kubernetes/error.ts";
import { localNodeObstacle } from "../../remote/testing/local-session.ts";
import { answerHold } from "../answer-hold.ts";
import { Stage } from "../testing/stage.ts";

const obstacle = localNodeObstacle("dash");
if (obstacle) console.warn(`NOT RUN: server/engine/executor: ${obstacle}`);

// The node's side takes real time, and a busy machine makes it longer.
vi.setConfig({ testTimeout: 180_000 });

const TIMEOUT = { timeout: 60_000 };
const hold = (holdS = 86_400) => ({ verifyTimeoutS: 30, rollout: { onNodeFailure: "hold", holdS } });
const FAILS = "mark begin start-containerd; say cause unit-did-not-start unit=containerd.service state=failed; end 1";

/** The node verifies itself, and the cluster does not show it: the run, on its way until it is held. */
async function heldStage(policy: object = hold()): Promise<{ stage: Stage; carried: Promise<RunState> }> {
	const stage = await Stage.set({ policy });
	await stage.carry();
	await stage.goOut();
	const carried = stage.carry();
	await isHeld(stage);
	return { stage, carried };
}

const isHeld = (stage: Stage) => expect.poll(async () => (await stage.row()).hold, TIMEOUT).toBe("held");
/** Nothing is handed back: the next console takes the run up as it stands. */
async function killed(stage: Stage, carried: Promise<unknown>): Promise<void> {
	stage.lease?.abandon();
	await carried;
}
const waitingOf = async (stage: Stage) => (await stage.row()).waiting as { code: string; values: Record<string, string | number> } | null;

function answer(stage: Stage, given: HoldAnswer, reason?: string): Promise<void> {
	const nothing = () => {};
	const ports = { db: stage.db, onRunChanged: nothing, onEvent: nothing, now: () => new Date() };
	return answerHold(ports, "abcdefgh01", given, { person: "ann@example.com", ...(reason ? { reason } : {}) });
}

describe.skipIf(obstacle !== "")("a node that the cluster does not verify, held by policy", () => {
	it("waits with its revert armed, says for what and how long, and takes pods when the cluster shows it after all", async () => {
		const { stage, carried } = await heldStage();
		await expect
			.poll(() => waitingOf(stage), TIMEOUT)
			.toMatchObject({
				code: "run.held-for-look",
				values: { node: "node1", because: "verify.runtime" },
			});
		const { leftS } = (await waitingOf(stage))?.values ?? {};
		expect(Number(leftS)).toBeGreaterThan(80_000);
		expect(Number(leftS)).toBeLessThanOrEqual(86_400);
		expect(await stage.row()).toMatchObject({ state: "verifying", revertAt: expect.any(Date), holdAnswer: null });
		expect(stage.file("deadline")).not.toBe("");
		expect(stage.cluster.unschedulable).toBe(true);
		stage.cluster.wentOver();
		expect(await carried).toBe("done");
		expect(await stage.row()).toMatchObject({ verified: "cluster", hold: null, holdSince: null, cordonedByUs: false, waiting: null });
		expect((await stage.events()).filter((code) => code === "run.held")).toHaveLength(1);
		expect(stage.cluster.unschedulable).toBe(false);
	});

	it("is kept on a person's word: committed, still cordoned, the step on record as failed", async () => {
		const { stage, carried } = await heldStage();
		await answer(stage, "keep", "The CNI plugin is put right by hand.");
		expect(await carried).toBe("done");
		expect(await stage.row()).toMatchObject({
			verified: "node",
			cordonedByUs: true,
			hold: null,
			holdAnswer: null,
			result: { code: "run.done-on-node-only" },
		});
		expect(await stage.steps()).toMatchObject({ "verify-cluster": "failed", commit: "ok", uncordon: "skipped" });
		expect(stage.file("final")).toBe("committed\n");
		expect(stage.cluster.unschedulable).toBe(true);
		const told = await stage.db.runEvent.findMany({ where: { code: { in: ["run.kept", "run.left-cordoned"] } }, orderBy: { id: "asc" } });
		expect(told).toMatchObject([
			{ code: "run.kept", actor: "ann@example.com", values: { reason: "The CNI plugin is put right by hand." } },
			{ code: "run.left-cordoned" },
		]);
		await expect(answer(stage, "keep", "again")).rejects.toMatchObject({ code: "run.not-held" });
	});

	it("goes back when a person calls it back, and is uncordoned: nobody has to look any more", async () => {
		const { stage, carried } = await heldStage();
		await stage.cancel();
		await expect(answer(stage, "keep", "too late")).rejects.toMatchObject({ code: "run.not-held" });
		expect(await carried).toBe("reverted");
		expect(await stage.row()).toMatchObject({ result: { code: "run.cancelled" }, cordonedByUs: false, hold: null });
		expect(await stage.events()).not.toContain("run.left-cordoned");
		expect(stage.cluster.unschedulable).toBe(false);
	});

	it("is looked at again: the cluster gets its time anew, and another hold follows where it does not do", async () => {
		const { stage, carried } = await heldStage();
		await answer(stage, "look-again");
		await expect(answer(stage, "keep", "second")).rejects.toMatchObject({ code: "run.not-held" });
		await expect.poll(async () => (await stage.row()).hold, TIMEOUT).toBe("looking-again");
		expect(await waitingOf(stage)).toMatchObject({ code: expect.not.stringMatching("run.held-for-look") });
		await isHeld(stage);
		// Not by its moment, which is a whole second of the node's and may be the first one's.
		expect((await stage.events()).filter((code) => code === "run.held")).toHaveLength(2);
		await answer(stage, "look-again");
		stage.cluster.wentOver();
		expect(await carried).toBe("done");
		expect(await stage.row()).toMatchObject({ verified: "cluster", cordonedByUs: false, hold: null });
	});

	it("goes back by itself when its time is over, and stays cordoned for a look", async () => {
		const { stage, carried } = await heldStage(hold(60));
		expect(await carried).toBe("reverted");
		expect(await stage.row()).toMatchObject({
			result: { code: "run.not-verified", values: { because: "verify.runtime" } },
			cordonedByUs: true,
			hold: null,
		});
		expect((await stage.events()).slice(-3)).toEqual(["run.reverting", "run.left-cordoned", "run.reverted"]);
		expect(stage.cluster.unschedulable).toBe(true);
		await expect(answer(stage, "look-again")).rejects.toMatchObject({ code: "run.not-held" });
	});

	it("keeps its time over the restart of its console, counted by the node's uptime", async () => {
		const { stage, carried } = await heldStage();
		await killed(stage, carried);
		const since = (await stage.row()).holdSince as { bootId: string; uptimeS: number };
		// As if it had been held so long before the console was killed.
		const earlier = { ...since, uptimeS: since.uptimeS - 50_000 };
		await stage.db.run.updateMany({ data: { holdSince: earlier } });
		const again = stage.carry();
		await expect.poll(async () => Number((await waitingOf(stage))?.values["leftS"] ?? Number.NaN), TIMEOUT).toBeLessThanOrEqual(36_400);
		expect(await stage.row()).toMatchObject({ hold: "held", holdSince: earlier });
		await killed(stage, again);
		await stage.db.run.updateMany({ data: { holdSince: { ...since, uptimeS: since.uptimeS - 86_400 } } });
		expect(await stage.carryToEnd()).toBe("reverted");
		expect((await stage.events()).filter((code) => code === "run.held")).toHaveLength(1);
	});

	it("takes up the answer that its killed console had not", async () => {
		const { stage, carried } = await heldStage();
		await killed(stage, carried);
		await answer(stage, "keep", "It runs.");
		expect(await stage.carryToEnd()).toBe("done");
		expect(await stage.row()).toMatchObject({ verified: "node", cordonedByUs: true });
	});

	it("goes back by its own timer while no console is there, held or not", async () => {
		const { stage, carried } = await heldStage();
		await killed(stage, carried);
		stage.node.spawn("systemctl start gantry-revert.service");
		await expect.poll(() => stage.file("final"), TIMEOUT).toBe("reverted\n");
		await answer(stage, "keep", "Nobody could know.");
		expect(await stage.carryToEnd()).toBe("reverted");
		expect(await stage.row()).toMatchObject({ result: { code: "run.went-back-by-itself" }, hold: null, holdAnswer: null });
	});

	it("is held too where the API is out of reach beyond the cap and the policy would have it go back", async () => {
		const stage = await Stage.set({ policy: { ...hold(), apiUnreachable: "revert", apiOutageS: 60 } });
		stage.cluster.onCall = () => {
			if (stage.file("exit.cutover")) stage.cluster.broken ??= new KubernetesError("cluster.timeout", { server: "x" });
		};
		const carried = stage.carryToEnd();
		await isHeld(stage);
		stage.cluster.onCall = () => {};
		stage.cluster.broken = null;
		stage.cluster.wentOver();
		expect(await carried).toBe("done");
		expect(await stage.row()).toMatchObject({ verified: "cluster", cordonedByUs: false });
	});
});

describe.skipIf(obstacle !== "")("a node that fails, by a policy that has it looked at", () => {
	it("stays cordoned after its way back, and says so", async () => {
		const stage = await Stage.set({ policy: hold(), bodies: { cutover: FAILS } });
		expect(await stage.carryToEnd()).toBe("reverted");
		expect(await stage.row()).toMatchObject({ result: { code: "node.unit-did-not-start" }, cordonedByUs: true });
		expect(await stage.events()).toContain("run.left-cordoned");
		expect(stage.cluster.unschedulable).toBe(true);
	});

	it("stays cordoned after a drain that failed", async () => {
		const stage = await Stage.set({ policy: { ...hold(), drain: { timeoutS: 10 } } });
		stage.cluster.pods.set("web-1", "web");
		expect(await stage.carryToEnd()).toBe("failed");
		expect(await stage.row()).toMatchObject({ cordonedByUs: true });
		expect(await stage.events()).toContain("run.left-cordoned");
		expect(stage.cluster.unschedulable).toBe(true);
	});

	it("says nothing of a cordon where it had not come so far", async () => {
		const stage = await Stage.set({ policy: hold(), bodies: { prepare: "end 1" } });
		expect(await stage.carryToEnd()).toBe("failed");
		expect(await stage.row()).toMatchObject({ cordonedByUs: false });
		expect(await stage.events()).not.toContain("run.left-cordoned");
	});

	it.each([true, false])("tells by its mark whose cordon it is after a crash between the cordon and its record: ours %s", async (ours) => {
		const stage = await Stage.set({ policy: hold(), state: "cleaning" });
		await stage.db.run.updateMany({
			data: {
				seenAt: new Date(),
				result: { code: "run.facts-changed", values: {} },
				before: { unschedulable: false, annotations: {}, pods: [] },
			},
		});
		stage.cluster.unschedulable = true;
		if (ours) stage.cluster.annotations["gantry/cordoned-by"] = "abcdefgh01";
		expect(await stage.carryToEnd()).toBe("failed");
		expect(await stage.row()).toMatchObject({ cordonedByUs: ours });
		expect((await stage.events()).includes("run.left-cordoned")).toBe(ours);
		expect(stage.cluster.unschedulable).toBe(true);
	});

	it.each(["draining", "cutover"] as const)("is uncordoned where a person called it back while %s", async (state) => {
		const stage = await Stage.set({ policy: hold(), bodies: { cutover: 'while [ ! -e "$RUN/go" ]; do sleep 0.05; done' } });
		if (state === "draining") stage.cluster.pods.set("web-1", "web");
		const carried = stage.carryToEnd();
		await expect.poll(() => stage.state(), TIMEOUT).toBe(state);
		await expect.poll(async () => (state === "cutover" ? stage.file("deadline") : await waitingOf(stage)), TIMEOUT).toBeTruthy();
		await stage.cancel();
		expect(await carried).toBe(state === "draining" ? "cancelled" : "reverted");
		expect(await stage.row()).toMatchObject({ cordonedByUs: false });
		expect(stage.cluster.unschedulable).toBe(false);
	});
});
