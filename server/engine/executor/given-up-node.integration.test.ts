import { symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { KubernetesError } from "../../kubernetes/error.ts";
import { commit } from "../../remote/commit.ts";
import { localNodeObstacle } from "../../remote/testing/local-session.ts";
import { readUnitStates } from "../../remote/units.ts";
import { Stage, unreachable } from "../testing/stage.ts";

const obstacle = localNodeObstacle("dash");
if (obstacle) console.warn(`NOT RUN: server/engine/executor: ${obstacle}`);

// The node's side takes real time, and a busy machine makes it longer.
vi.setConfig({ testTimeout: 180_000 });

const RUN = "abcdefgh01";
const TIMEOUT = { timeout: 20_000 };
const WAITS = 'while [ ! -e "$RUN/go" ]; do sleep 0.05; done';
/** Longer than a node must be silent before a cancel ends the waiting for it. */
const LONG_MS = 16 * 60_000;

const waitingFor = async (stage: Stage) => ((await stage.row()).waiting as { code: string } | null)?.code;
const markOf = async (stage: Stage) => (await stage.db.node.findUniqueOrThrow({ where: { id: (await stage.row()).nodeId } })).mark;
const stateOf = async (stage: Stage, unit: string) => (await readUnitStates(stage.node.session(), [unit], { timeoutMs: 10_000 })).get(unit);

async function inCutover(bodies: { cutover?: string; revert?: string } = {}): Promise<{ stage: Stage; carried: Promise<string> }> {
	const stage = await Stage.set({ bodies: { cutover: WAITS, ...bodies } });
	await stage.carry();
	await stage.goOut();
	const carried = stage.carry();
	await expect.poll(async () => (await stage.row()).revertAt, TIMEOUT).not.toBeNull();
	return { stage, carried };
}

/** Verified by itself and by its cluster; what it lacks is the commit, and the node answers no more. */
async function uncommitted(): Promise<{ stage: Stage; carried: Promise<string> }> {
	const stage = await Stage.set({ policy: { apiUnreachable: "revert", apiOutageS: 86_400 } });
	stage.cluster.onCall = () => {
		stage.cluster.broken =
			stage.file("exit.cutover") && !stage.file("final") ? new KubernetesError("cluster.timeout", { server: "x" }) : null;
	};
	await stage.carry();
	await stage.goOut();
	const carried = stage.carry();
	await expect.poll(() => waitingFor(stage), TIMEOUT).toBe("run.api-away");
	stage.unreachable = unreachable();
	stage.cluster.onCall = () => {};
	stage.cluster.broken = null;
	stage.cluster.wentOver();
	await expect.poll(async () => (await stage.steps())["commit"], TIMEOUT).toBe("running");
	await expect.poll(() => waitingFor(stage), TIMEOUT).toBe("run.node-silent");
	return { stage, carried };
}

async function isGivenUp(stage: Stage, carried: Promise<string>): Promise<void> {
	await stage.cancel();
	stage.passedMs += LONG_MS;
	expect(await carried).toBe("revert-failed");
	expect((await stage.row()).result).toMatchObject({ code: "run.node-lost" });
	expect(await markOf(stage)).toBe("revert-failed");
}

async function isDone(stage: Stage): Promise<void> {
	stage.unreachable = null;
	expect(await stage.carry()).toBe("done");
	expect(stage.file("final")).toBe("committed\n");
	expect(await stage.row()).toMatchObject({ verified: "cluster", result: { code: "run.done" }, cordonedByUs: false, waiting: null });
	expect(await stage.steps()).toMatchObject({ commit: "ok", annotate: "ok", uncordon: "ok" });
	expect(await markOf(stage)).toBe("migrated");
	expect(stage.cluster.unschedulable).toBe(false);
	expect(await stage.log()).toBe(stage.file("log"));
	// At its end, and now that it is another one.
	expect(stage.ended).toHaveLength(2);
}

describe.skipIf(obstacle !== "")("a run by the engine whose node was given up", () => {
	it("and had been committed, of which only the answer was lost: is done once the node says so", async () => {
		const { stage, carried } = await uncommitted();
		expect(await commit(stage.node.session(), RUN)).toBe("commit");
		await isGivenUp(stage, carried);
		expect(await stage.carry()).toBe("revert-failed");
		await isDone(stage);
	});

	it("and lost its power right after the decision: what its commit had left to do is done, and so is the run", async () => {
		const { stage, carried } = await uncommitted();
		symlinkSync("commit", stage.path("decision"));
		await isGivenUp(stage, carried);
		await isDone(stage);
	});

	it("and was decided by somebody else while it was asked to go back: what that commit had left to do is done", async () => {
		const { stage, carried } = await uncommitted();
		stage.lease?.abandon();
		await carried.catch(() => {});
		await stage.db.run.updateMany({ data: { state: "reverting" } });
		symlinkSync("commit", stage.path("decision"));
		stage.unreachable = null;
		expect(await stage.carry()).toBe("done");
		expect(stage.file("final")).toBe("committed\n");
	});

	it("and whose way back was ended in the middle: goes on with it when it is back", async () => {
		const { stage, carried } = await inCutover({
			revert: `ln -s revert "$RUN/decision" 2>/dev/null; systemctl kill -s KILL gantry-${RUN}-cutover.service; ${WAITS}; write_file "$RUN/final" reverted`,
		});
		await stage.cancel();
		await expect.poll(() => stateOf(stage, "gantry-revert.service"), TIMEOUT).toMatch(/^activ/);
		await expect.poll(() => stage.state(), TIMEOUT).toBe("reverting");
		stage.unreachable = unreachable();
		await expect.poll(() => waitingFor(stage), TIMEOUT).toBe("run.node-silent");
		await isGivenUp(stage, carried);
		stage.node.spawn("systemctl kill -s KILL gantry-revert.service");
		await expect.poll(() => stateOf(stage, "gantry-revert.service"), TIMEOUT).toBe("inactive");
		writeFileSync(stage.path("go"), "");
		stage.unreachable = null;
		expect(await stage.carry()).toBe("revert-failed");
		await expect.poll(() => stage.file("final"), TIMEOUT).toBe("reverted\n");
		expect(await stage.carry()).toBe("reverted");
		expect(await markOf(stage)).toBeNull();
	});

	it("and whose cutover ended between its boot unit and its timer: goes back when it is back", async () => {
		const { stage, carried } = await inCutover();
		stage.unreachable = unreachable();
		await expect.poll(() => waitingFor(stage), TIMEOUT).toBe("run.node-silent");
		await isGivenUp(stage, carried);
		stage.node.spawn("systemctl stop gantry-revert.timer; systemctl kill -s KILL gantry-abcdefgh01-cutover.service");
		await expect.poll(() => stateOf(stage, "gantry-abcdefgh01-cutover.service"), TIMEOUT).toBe("inactive");
		stage.unreachable = null;
		expect(await stage.carry()).toBe("revert-failed");
		await expect.poll(() => stage.file("final"), TIMEOUT).toBe("reverted\n");
		expect(await stage.carry()).toBe("reverted");
	});

	it("and still works when it is back: is left alone, and its timer takes it back", async () => {
		const { stage, carried } = await inCutover();
		stage.unreachable = unreachable();
		await expect.poll(() => waitingFor(stage), TIMEOUT).toBe("run.node-silent");
		await isGivenUp(stage, carried);
		stage.unreachable = null;
		expect(await stage.carry()).toBe("revert-failed");
		expect(stage.file("started.revert")).toBe("");
		writeFileSync(stage.path("go"), "");
		await expect.poll(() => stage.file("exit.cutover"), TIMEOUT).not.toBe("");
		expect(await stage.carry()).toBe("revert-failed");
		expect(stage.file("decision")).toBe("");
		expect(stage.file("started.revert")).toBe("");
	});

	it("and is back, but not Ready: says once that it stays cordoned, and waits until it is", async () => {
		const { stage, carried } = await inCutover();
		stage.unreachable = unreachable();
		await expect.poll(() => waitingFor(stage), TIMEOUT).toBe("run.node-silent");
		await isGivenUp(stage, carried);
		const told = async () => (await stage.events()).filter((code) => code === "run.left-cordoned");
		expect(await told()).toHaveLength(1);
		expect(await stage.row()).toMatchObject({ cordonedByUs: true });
		stage.node.spawn("systemctl start gantry-revert.service");
		await expect.poll(() => stage.file("final"), TIMEOUT).toBe("reverted\n");
		stage.unreachable = null;
		stage.cluster.ready = "False";
		for (let look = 0; look < 3; look++) expect(await stage.carry()).toBe("revert-failed");
		expect(await told()).toHaveLength(1);
		expect((await stage.row()).waiting).toBeNull();
		stage.cluster.ready = "True";
		expect(await stage.carry()).toBe("reverted");
		expect(stage.cluster.unschedulable).toBe(false);
	});
});

describe.skipIf(obstacle !== "")("a run by the engine whose node is silent for long while it prepares", () => {
	it("and that another process cancels: is cancelled, and not given up", async () => {
		const stage = await Stage.set({ bodies: { prepare: WAITS } });
		const carried = stage.carry();
		await expect.poll(() => stage.file("started.prepare-1"), TIMEOUT).not.toBe("");
		stage.unreachable = unreachable();
		await expect.poll(() => waitingFor(stage), TIMEOUT).toBe("run.node-silent");
		await stage.cancel({ silently: true });
		stage.passedMs += LONG_MS;
		await expect.poll(() => stage.state(), TIMEOUT).not.toBe("preparing");
		stage.unreachable = null;
		expect(await carried).toBe("cancelled");
		expect(await stage.row()).toMatchObject({ result: { code: "run.cancelled" } });
		expect(stage.file("final")).toBe("cleaned\n");
	});
});
