import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { KubernetesError } from "../../kubernetes/error.ts";
import { localNodeObstacle } from "../../remote/testing/local-session.ts";
import { SshError } from "../../ssh/errors.ts";
import { Stage, unreachable } from "../testing/stage.ts";

const obstacle = localNodeObstacle("dash");
if (obstacle) console.warn(`NOT RUN: server/engine/executor: ${obstacle}`);

// The node's side takes real time, and a busy machine makes it longer.
vi.setConfig({ testTimeout: 180_000 });

const WAITS = 'while [ ! -e "$RUN/go" ]; do sleep 0.05; done';

describe.skipIf(obstacle !== "")("a run by the engine that fails", () => {
	it.each([unreachable(), new SshError("host-key.changed", { label: "n" }), new SshError("privilege.not-in-sudoers", { label: "n" })])(
		"before anything was sent: $code, at once, and nothing said to be left",
		async (error) => {
			const stage = await Stage.set();
			stage.unreachable = error;
			expect(await stage.carryToEnd()).toBe("failed");
			expect(await stage.row()).toMatchObject({ result: { code: `ssh.${error.code}` }, waiting: null });
			expect(await stage.events()).toEqual(["run.cleaning", "run.failed"]);
			expect((await stage.steps())["connect"]).toBe("failed");
		},
	);

	it("once it is prepared and its node is gone: ends, says what may be left, and takes it away when the node is back", async () => {
		const stage = await Stage.set();
		await stage.carry();
		await stage.goOut();
		stage.unreachable = unreachable();
		expect(await stage.carryToEnd()).toBe("failed");
		expect(await stage.row()).toMatchObject({ result: { code: "ssh.connection.unreachable" }, cordonedByUs: false });
		expect(await stage.events()).toEqual(["run.prepared", "run.cleaning", "run.left-behind", "run.failed"]);
		expect(stage.file("final")).toBe("");
		await stage.carry();
		expect(await stage.events()).not.toContain("run.cleaned-later");
		expect(stage.ended).toHaveLength(1);
		stage.unreachable = null;
		expect(await stage.carry()).toBe("failed");
		expect((await stage.events()).at(-1)).toBe("run.cleaned-later");
		expect(stage.ended).toHaveLength(2);
		expect(stage.file("final")).toBe("cleaned\n");
		expect(await stage.log()).toBe(stage.file("log"));
		expect(await stage.row()).toMatchObject({ waiting: null, result: { code: "ssh.connection.unreachable" } });
	});

	it("and whose node lets nobody in once it is clean: says so, and reads the rest of the log when it does again", async () => {
		const stage = await Stage.set({ bodies: { prepare: "exit 1" } });
		let expired = true;
		const refused = new SshError("privilege.password-expired", { label: "n" });
		Object.defineProperty(stage, "unreachable", { get: () => (expired && stage.file("final") !== "" ? refused : null) });
		expect(await stage.carryToEnd()).toBe("failed");
		expect(stage.file("final")).toBe("cleaned\n");
		expect(await stage.log()).not.toBe(stage.file("log"));
		expect(await stage.events()).toContain("run.left-behind");
		await stage.carry();
		expect(await stage.events()).not.toContain("run.cleaned-later");
		expired = false;
		await stage.carry();
		expect((await stage.events()).at(-1)).toBe("run.cleaned-later");
		expect(await stage.log()).toBe(stage.file("log"));
	});

	it("in prepare that hangs: after its time, and the script is ended", async () => {
		const stage = await Stage.set({ stepLimitS: 0, bodies: { prepare: WAITS } });
		expect(await stage.carryToEnd()).toBe("failed");
		expect((await stage.row()).result).toMatchObject({ code: "run.prepare-hangs", values: { limitS: 120 } });
		expect(stage.file("final")).toBe("cleaned\n");
		expect(await stage.events()).not.toContain("run.left-behind");
	});

	it("in prepare: with the cause that the script names", async () => {
		const stage = await Stage.set({ bodies: { prepare: "say cause no-space path=/var/lib/gantry neededKiB=9 foundKiB=1; end 1" } });
		expect(await stage.carryToEnd()).toBe("failed");
		expect(await stage.row()).toMatchObject({
			result: { code: "node.no-space", values: { path: "/var/lib/gantry", neededKiB: "9", foundKiB: "1", node: "node1" } },
		});
		expect(stage.file("final")).toBe("cleaned\n");
	});

	it("in its cutover: the node goes back, the cause is the first one, and Gantry uncordons", async () => {
		const stage = await Stage.set({
			bodies: {
				cutover:
					"mark begin start-containerd; say cause unit-did-not-start unit=containerd.service state=failed; mark end start-containerd fail; end 1",
			},
		});
		expect(await stage.carryToEnd()).toBe("reverted");
		expect(await stage.row()).toMatchObject({ result: { code: "node.unit-did-not-start" }, cordonedByUs: false });
		expect(await stage.steps()).toMatchObject({ "start-containerd": "failed", "revert:restore-files": "ok" });
		expect(stage.cluster.unschedulable).toBe(false);
	});

	it("before it is armed: failed, not reverted, since nothing that runs has changed", async () => {
		const stage = await Stage.set();
		await stage.carry();
		const cutover = stage.file("cutover.sh");
		writeFileSync(stage.path("cutover.sh"), cutover.replace("mark begin arm-revert", "say cause file-changed path=/etc/x; end 1"));
		await stage.goOut();
		expect(await stage.carryToEnd()).toBe("failed");
		expect(await stage.row()).toMatchObject({ result: { code: "node.file-changed" }, cordonedByUs: false });
		expect(stage.cluster.unschedulable).toBe(false);
	});

	it("on its way back: loud, and put right on record when its next boot has ended it", async () => {
		const stage = await Stage.set({ bodies: { cutover: 'echo revert-failed >"$RUN/back-to"; end 1' } });
		expect(await stage.carryToEnd()).toBe("revert-failed");
		expect(stage.cluster.unschedulable).toBe(true);
		expect(await stage.row()).toMatchObject({ result: { code: "run.revert-failed" }, cordonedByUs: true });
		expect(await stage.carry()).toBe("revert-failed");
		writeFileSync(stage.path("final"), "reverted\n");
		expect(await stage.carry()).toBe("reverted");
		expect(stage.cluster.unschedulable).toBe(false);
	});

	it("and goes back to a Docker that does not start: loud, until it runs", async () => {
		const stage = await Stage.set({ bodies: { cutover: "end 1" } });
		const down = join(stage.node.root, "units", "docker.service.down");
		writeFileSync(down, "");
		expect(await stage.carryToEnd()).toBe("revert-failed");
		expect(await stage.row()).toMatchObject({
			result: { code: "run.not-back", values: { node: "node1", unit: "docker.service", state: "inactive" } },
			cordonedByUs: true,
		});
		expect(await stage.carry()).toBe("revert-failed");
		rmSync(down);
		expect(await stage.carry()).toBe("reverted");
		expect(await stage.row()).toMatchObject({ cordonedByUs: false });
	});

	it("and goes back to what the cluster does not show Ready: loud, until it does", async () => {
		const stage = await Stage.set({ bodies: { cutover: "end 1" } });
		stage.cluster.onCall = () => {
			if (stage.file("final")) stage.cluster.ready = "False";
		};
		expect(await stage.carryToEnd()).toBe("revert-failed");
		expect(await stage.row()).toMatchObject({
			result: { code: "run.not-ready-again", values: { node: "node1", runtime: "docker" } },
			cordonedByUs: true,
		});
		expect(await stage.events()).toContain("run.left-cordoned");
		expect(await stage.carry()).toBe("revert-failed");
		stage.cluster.onCall = () => {};
		stage.cluster.ready = "True";
		expect(await stage.carry()).toBe("reverted");
		expect(stage.cluster.unschedulable).toBe(false);
	});

	it.each(["revert", "commit-cordoned"] as const)(
		"where the API is out of reach beyond the cap: %s, as the policy says",
		async (apiUnreachable) => {
			const stage = await Stage.set({ policy: { apiUnreachable, apiOutageS: 60 } });
			stage.cluster.onCall = () => {
				if (stage.file("exit.cutover")) stage.cluster.broken ??= new KubernetesError("cluster.timeout", { server: "x" });
			};
			const carried = stage.carryToEnd();
			await expect
				.poll(async () => ["verifying", "draining", "cutover", "preparing", "prepared"].includes(await stage.state()), {
					timeout: 40_000,
				})
				.toBe(false);
			stage.cluster.onCall = () => {};
			stage.cluster.broken = null;
			const state = await carried;
			if (apiUnreachable === "revert") {
				expect(state).toBe("reverted");
				expect(await stage.row()).toMatchObject({ result: { code: "run.not-verified", values: { because: "cluster.timeout" } } });
				return;
			}
			expect(state).toBe("done");
			expect(await stage.row()).toMatchObject({ verified: "node", cordonedByUs: true, result: { code: "run.done-on-node-only" } });
			expect(await stage.events()).toEqual(expect.arrayContaining(["run.committed-without-api", "run.left-cordoned"]));
			expect(stage.cluster.unschedulable).toBe(true);
		},
	);

	it("an API that is away longer than the cluster's own limit, and comes back before the cap, sends nothing back (rule 16)", async () => {
		const stage = await Stage.set({ policy: { apiUnreachable: "revert", verifyTimeoutS: 30, apiOutageS: 3_600 } });
		stage.cluster.onCall = () => {
			if (stage.file("exit.cutover")) stage.cluster.broken ??= new KubernetesError("cluster.refused", { address: "192.0.2.9:6443" });
		};
		const carried = stage.carryToEnd();
		// Twice its limit, by the run's clock: the wait says so itself.
		await expect
			.poll(
				async () => {
					const waiting = (await stage.row()).waiting as { code: string; values: Record<string, number | string> } | null;
					return waiting?.code === "run.api-away" && Number(waiting.values["leftS"]) < 3_480 ? waiting.values["choice"] : null;
				},
				{ timeout: 40_000 },
			)
			.toBe("revert");
		// The node's timer was due long ago; the console has put it off.
		stage.cluster.onCall = () => {};
		stage.cluster.broken = null;
		stage.cluster.wentOver();
		expect(await carried).toBe("done");
		expect(await stage.row()).toMatchObject({ verified: "cluster", result: { code: "run.done" } });
		expect(stage.cluster.unschedulable).toBe(false);
	});
});
