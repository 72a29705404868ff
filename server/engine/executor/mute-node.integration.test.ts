import { describe, expect, it, vi } from "vitest";
import { RemoteError } from "../../remote/errors.ts";
import { localNodeObstacle } from "../../remote/testing/local-session.ts";
import { SshError } from "../../ssh/errors.ts";
import { Stage } from "../testing/stage.ts";
import { asMessage } from "./failure.ts";

const obstacle = localNodeObstacle("dash");
if (obstacle) console.warn(`NOT RUN: server/engine/executor: ${obstacle}`);

// The node's side takes real time, and a busy machine makes it longer.
vi.setConfig({ testTimeout: 180_000 });

const TIMEOUT = { timeout: 20_000 };
const WAITS = 'while [ ! -e "$RUN/go" ]; do sleep 0.05; done';
/** Longer than a node must be silent before a cancel ends the waiting for it. */
const LONG_MS = 16 * 60_000;

const label = { label: "root@192.0.2.1:22" };

describe.skipIf(obstacle !== "")("a run by the engine whose node lets in and gives no answer", () => {
	it.each([
		["hangs at its disk", new SshError("timeout.script", label, {}, true)],
		["has a shell that cannot read", new RemoteError("remote.script-failed", label.label, { exitCode: 126, output: "" })],
		["is another machine by now", new SshError("host-key.changed", label)],
		["knows the console no more", new SshError("authentication.refused", label)],
	])("which %s: is waited for as one that is silent, and given up as one", async (_why, error) => {
		const stage = await Stage.set({ bodies: { cutover: WAITS } });
		await stage.carry();
		await stage.goOut();
		const carried = stage.carry();
		await expect.poll(async () => (await stage.row()).revertAt, TIMEOUT).not.toBeNull();
		let over = false;
		void carried.then(
			() => (over = true),
			() => (over = true),
		);
		stage.refused = error;
		const waitsFor = async () => (await stage.row()).waiting as { code: string; values: { because: string } } | null;
		await expect.poll(waitsFor, TIMEOUT).toMatchObject({ code: "run.node-silent", values: { because: asMessage(error).code } });
		expect(over).toBe(false);
		expect(await stage.state()).toBe("cutover");
		await stage.cancel();
		stage.passedMs += LONG_MS;
		expect(await carried).toBe("revert-failed");
		expect(await stage.row()).toMatchObject({ result: { code: "run.node-lost" }, cordonedByUs: true });
	});
});

describe.skipIf(obstacle !== "")("a run by the engine whose node refuses the console for long", () => {
	const waitedS = async (stage: Stage) => Number(((await stage.row()).waiting as { values: { forS: number } } | null)?.values.forS ?? -1);
	/** It has just been asked, and rests for a minute: three seconds here. */
	const rests = async (stage: Stage) => {
		stage.refused = new SshError("host-key.changed", label);
		await expect.poll(() => waitedS(stage), TIMEOUT).toBeGreaterThanOrEqual(0);
		stage.passedMs += LONG_MS;
		let before = Number.NaN;
		const restS = async () => {
			const now = await waitedS(stage);
			const rested = now - before;
			before = now;
			return rested;
		};
		await expect.poll(restS, { ...TIMEOUT, interval: 10 }).toSatisfy((rested: number) => rested > 50 && rested < 200);
	};
	const soonAfter = async (what: () => Promise<unknown>) => {
		const begunMs = performance.now();
		await what();
		expect(performance.now() - begunMs).toBeLessThan(2_500);
	};

	it("in its cutover: a person's cancel has it asked at once", async () => {
		const stage = await Stage.set({ bodies: { cutover: WAITS } });
		await stage.carry();
		await stage.goOut();
		const carried = stage.carry();
		await expect.poll(async () => (await stage.row()).revertAt, TIMEOUT).not.toBeNull();
		await rests(stage);
		stage.refused = null;
		await stage.cancel();
		await soonAfter(() => expect.poll(() => stage.file("decision") || stage.file("final"), { ...TIMEOUT, interval: 10 }).not.toBe(""));
		expect(await carried).toBe("reverted");
	});

	it("before its commit: the same", async () => {
		const stage = await Stage.set();
		let seen = false;
		stage.cluster.onCall = () => {
			if (!stage.file("exit.cutover")) return;
			stage.cluster.wentOver();
			if (!seen) stage.refused = new SshError("host-key.changed", label);
			seen = true;
		};
		await stage.carry();
		await stage.goOut();
		const carried = stage.carry();
		await expect.poll(async () => (await stage.steps())["commit"], TIMEOUT).toBe("running");
		await rests(stage);
		await stage.cancel();
		await soonAfter(async () => expect(await carried).toBe("revert-failed"));
	});
});

describe.skipIf(obstacle !== "")("a run by the engine whose node refuses the console while it prepares", () => {
	it("ends: nothing that runs has changed, and somebody has to change something first", async () => {
		const stage = await Stage.set({ bodies: { prepare: WAITS } });
		const carried = stage.carry();
		await expect.poll(() => stage.file("started.prepare-1"), TIMEOUT).not.toBe("");
		stage.refused = new SshError("privilege.password-expired", label);
		expect(await carried).toBe("failed");
		expect(await stage.row()).toMatchObject({ result: { code: "ssh.privilege.password-expired" } });
		expect(await stage.events()).toContain("run.left-behind");
	});
});
