import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { KubernetesError } from "../../kubernetes/error.ts";
import { runDir } from "../../plan/layout.ts";
import { localNodeObstacle } from "../../remote/testing/local-session.ts";
import { Stage, unreachable } from "../testing/stage.ts";

const obstacle = localNodeObstacle("dash");
if (obstacle) console.warn(`NOT RUN: server/engine/executor: ${obstacle}`);

// The node's side takes real time, and a busy machine makes it longer.
vi.setConfig({ testTimeout: 180_000 });

const TIMEOUT = { timeout: 20_000 };
const WAITS = 'while [ ! -e "$RUN/go" ]; do sleep 0.05; done';
/** Longer than a node must be silent before a cancel ends the waiting for it. */
const LONG_MS = 16 * 60_000;
const CUTOVER = "gantry-abcdefgh01-cutover.service";

const waiting = async (stage: Stage) => (await stage.row()).waiting as { code: string; values: Record<string, string | number> } | null;

/** The waiting is shown, and goes on. */
async function isSilent(stage: Stage, longerThanS: number): Promise<void> {
	await expect
		.poll(async () => {
			const told = await waiting(stage);
			return told?.code === "run.node-silent" ? Number(told.values["forS"]) : -1;
		}, TIMEOUT)
		.toBeGreaterThanOrEqual(longerThanS);
}

async function isGivenUp(stage: Stage, carried: Promise<string>): Promise<void> {
	expect(await carried).toBe("revert-failed");
	const row = await stage.row();
	expect(row.result).toMatchObject({ code: "run.node-lost", values: { node: "node1" } });
	expect((row.result as { values: { forS: number } }).values.forS).toBeGreaterThan(900);
	expect((await stage.db.node.findUniqueOrThrow({ where: { id: row.nodeId } })).mark).toBe("revert-failed");
}

/** What a node does that comes back with nobody there: its timer takes it back. */
async function comesBack(stage: Stage): Promise<void> {
	expect(await stage.carry()).toBe("revert-failed");
	stage.node.spawn("systemctl start gantry-revert.service");
	await expect.poll(() => stage.file("final"), TIMEOUT).toBe("reverted\n");
	expect(await stage.carry()).toBe("revert-failed");
	stage.unreachable = null;
	expect(await stage.carry()).toBe("reverted");
	const row = await stage.row();
	expect(row.cordonedByUs).toBe(false);
	expect(stage.cluster.unschedulable).toBe(false);
	expect((await stage.db.node.findUniqueOrThrow({ where: { id: row.nodeId } })).mark).toBeNull();
	expect(await stage.log()).toBe(stage.file("log"));
}

/** Up to its cutover, which waits for `go`. */
async function inCutover(bodies: { revert?: string } = {}): Promise<{ stage: Stage; carried: Promise<string> }> {
	const stage = await Stage.set({ bodies: { cutover: WAITS, ...bodies } });
	await stage.carry();
	await stage.goOut();
	const carried = stage.carry();
	await expect.poll(async () => (await stage.row()).revertAt, TIMEOUT).not.toBeNull();
	return { stage, carried };
}

/** Up to the wait for the cluster, whose API is away for longer than any of this takes. */
async function verifying(): Promise<{ stage: Stage; carried: Promise<string> }> {
	const stage = await Stage.set({ policy: { apiUnreachable: "revert", apiOutageS: 86_400 } });
	stage.cluster.onCall = () => {
		stage.cluster.broken =
			stage.file("exit.cutover") && !stage.file("final") ? new KubernetesError("cluster.timeout", { server: "x" }) : null;
	};
	await stage.carry();
	await stage.goOut();
	const carried = stage.carry();
	await expect.poll(async () => (await waiting(stage))?.code, TIMEOUT).toBe("run.api-away");
	return { stage, carried };
}

const killed = async (stage: Stage, carried: Promise<string>) => {
	stage.lease?.abandon();
	await carried.catch(() => {});
};

describe.skipIf(obstacle !== "")("a run by the engine whose node dies while it has it in hand", () => {
	it("waits for it, however long, until a person cancels; then it is given up, and settled when the node is back", async () => {
		const { stage, carried } = await inCutover();
		stage.unreachable = unreachable();
		await isSilent(stage, 0);
		stage.passedMs += LONG_MS;
		await isSilent(stage, 960);
		expect(await stage.state()).toBe("cutover");
		await stage.cancel();
		await isGivenUp(stage, carried);
		await comesBack(stage);
	});

	it.each([
		["in its cutover", () => inCutover()],
		["while it is verified", verifying],
	])("%s, and whose console dies too: is given up by the one that takes it up", async (_when, begun) => {
		const { stage, carried } = await begun();
		stage.unreachable = unreachable();
		await killed(stage, carried);
		const again = stage.carry();
		await isSilent(stage, 0);
		await stage.cancel();
		// Cancelled, and not yet silent for long: it may come back and be asked.
		await isSilent(stage, 60);
		stage.passedMs += LONG_MS;
		await isGivenUp(stage, again);
		await comesBack(stage);
	});

	it("and is cancelled when it has been silent for long while the cluster was looked at: is not waited for anew", async () => {
		const { stage, carried } = await verifying();
		let asked = 0;
		let gone = true;
		const refused = unreachable();
		Object.defineProperty(stage, "unreachable", {
			get: () => {
				if (gone) asked += 1;
				return gone ? refused : null;
			},
			set: () => {
				gone = false;
			},
		});
		await expect.poll(() => asked, TIMEOUT).toBeGreaterThan(1);
		stage.passedMs += LONG_MS;
		expect(await stage.state()).toBe("verifying");
		await stage.cancel();
		await isGivenUp(stage, carried);
		await comesBack(stage);
	});

	it("and is given up before its cutover is known to have begun: is cleaned up when the node is back", async () => {
		const stage = await Stage.set();
		await stage.carry();
		await stage.db.run.updateMany({ data: { state: "cutover" } });
		stage.unreachable = unreachable();
		const carried = stage.carry();
		await isSilent(stage, 0);
		await stage.cancel();
		stage.passedMs += LONG_MS;
		await isGivenUp(stage, carried);
		stage.unreachable = null;
		expect(await stage.carry()).toBe("revert-failed");
		expect(stage.file("final")).toBe("cleaned\n");
		expect(stage.file("ran.cutover")).toBe("");
		expect(await stage.carry()).toBe("reverted");
		expect(await stage.log()).toBe(stage.file("log"));
	});

	it("and is given up where cleaning up had found that its cutover had begun", async () => {
		const { stage, carried } = await inCutover({ revert: `ln -s revert "$RUN/decision"; ${WAITS}` });
		await killed(stage, carried);
		await stage.db.run.updateMany({ data: { state: "cleaning" } });
		await stage.cancel();
		const again = stage.carry();
		await expect.poll(() => stage.file("started.revert"), TIMEOUT).not.toBe("");
		stage.unreachable = unreachable();
		await isSilent(stage, 0);
		stage.passedMs += LONG_MS;
		await isGivenUp(stage, again);
	});

	it("and comes back in time: is asked to go back, as it was cancelled", async () => {
		const { stage, carried } = await inCutover();
		stage.unreachable = unreachable();
		await killed(stage, carried);
		const again = stage.carry();
		await isSilent(stage, 0);
		await stage.cancel();
		stage.unreachable = null;
		expect(await again).toBe("reverted");
		expect(await stage.row()).toMatchObject({ result: { code: "run.cancelled" }, waiting: null });
	});
});

describe.skipIf(obstacle !== "")("a run by the engine whose node loses the beginning of its cutover in a power cut", () => {
	const lost = async () => {
		const stage = await Stage.set();
		await stage.carry();
		writeFileSync(stage.path("cutover.sh"), stage.file("cutover.sh").replace("mark begin arm-revert", `${WAITS}; mark begin arm-revert`));
		await stage.goOut();
		const carried = stage.carry();
		await expect.poll(() => stage.file("started.cutover"), TIMEOUT).not.toBe("");
		// From here on the only one that says so is the watch.
		const { seenAt } = await stage.row();
		await expect.poll(async () => (await stage.row()).seenAt, TIMEOUT).not.toEqual(seenAt);
		stage.unreachable = unreachable();
		await isSilent(stage, 0);
		await once(stage.node.spawn(`systemctl kill -s KILL ${CUTOVER}; rm ${runDir("abcdefgh01")}/started.cutover`), "exit");
		expect(stage.file("started.cutover")).toBe("");
		return { stage, carried };
	};
	const isTakenAway = async (stage: Stage) => {
		expect(stage.file("final")).toBe("cleaned\n");
		expect(stage.file("ran.cutover")).toBe("once\n");
		expect(stage.cluster.unschedulable).toBe(false);
		expect(await stage.row()).toMatchObject({ cordonedByUs: false, waiting: null });
	};

	it("and that a person cancels: is cleaned up at once, and not begun", async () => {
		const { stage, carried } = await lost();
		await stage.cancel();
		stage.unreachable = null;
		expect(await carried).toBe("cancelled");
		await isTakenAway(stage);
	});

	it("and that nobody cancels: the same after a minute, and failed", async () => {
		const { stage, carried } = await lost();
		stage.unreachable = null;
		expect(await carried).toBe("failed");
		expect(await stage.row()).toMatchObject({ result: { code: "run.script-lost", values: { script: "cutover", because: "not-started" } } });
		await isTakenAway(stage);
	});
});
