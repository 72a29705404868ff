import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { RunState } from "../../../lib/contracts/run.ts";
import { KubernetesError } from "../../kubernetes/error.ts";
import { localNodeObstacle } from "../../remote/testing/local-session.ts";
import { SshError } from "../../ssh/errors.ts";
import { CRI_SOCKET } from "../testing/cluster.ts";
import { Stage, unreachable } from "../testing/stage.ts";

const obstacle = localNodeObstacle("dash");
if (obstacle) console.warn(`NOT RUN: server/engine/executor: ${obstacle}`);

// The node's side takes real time, and a busy machine makes it longer.
vi.setConfig({ testTimeout: 180_000 });

const WAITS = 'while [ ! -e "$RUN/go" ]; do sleep 0.05; done';

describe.skipIf(obstacle !== "")("a run by the engine", () => {
	it("goes over: every step and event on record, the log byte for byte, the node cordoned only by the way", async () => {
		const stage = await Stage.set();
		stage.cluster.pods.set("web-1", "");
		stage.cluster.onCall = () => stage.file("exit.cutover") && stage.cluster.wentOver();
		expect(await stage.carryToEnd()).toBe("done");
		expect(await stage.events()).toEqual([
			"run.prepared",
			"run.cutover",
			"node.node-verified",
			"run.verified-on-node",
			"run.committed",
			"run.done",
		]);
		expect(await stage.steps()).toEqual({
			connect: "ok",
			"probe-again": "ok",
			"check-host": "ok",
			cordon: "ok",
			evict: "ok",
			"arm-revert": "ok",
			"verify-node": "ok",
			"verify-cluster": "ok",
			commit: "ok",
			annotate: "ok",
			uncordon: "ok",
		});
		const row = await stage.row();
		expect(row).toMatchObject({
			verified: "cluster",
			cordonedByUs: false,
			waiting: null,
			revertAt: null,
			leaseId: null,
			result: { code: "run.done", values: { node: "node1" } },
			before: { unschedulable: false, annotations: { [CRI_SOCKET]: "/var/run/dockershim.sock" }, pods: [], drain: { total: 1 } },
		});
		expect(stage.cluster.unschedulable).toBe(false);
		expect(stage.cluster.annotations).toEqual({ [CRI_SOCKET]: expect.stringMatching(/^unix:\/\/.*containerd\.sock$/) });
		expect(stage.file("final")).toBe("committed\n");
		expect(await stage.log()).toBe(stage.file("log"));
		expect((await stage.db.node.findUniqueOrThrow({ where: { id: "node1" } })).mark).toBe("migrated");
		expect(stage.ended).toEqual(["node1"]);
	});

	it("goes over without an API, as a person has said: verified on the node only", async () => {
		const stage = await Stage.set({ withoutApi: true });
		expect(await stage.carryToEnd()).toBe("done");
		expect(stage.cluster.calls).toEqual([]);
		expect(await stage.row()).toMatchObject({ verified: "node", result: { code: "run.done-on-node-only", values: { node: "node1" } } });
		expect(await stage.steps()).toMatchObject({
			cordon: "skipped",
			evict: "skipped",
			annotate: "skipped",
			uncordon: "skipped",
			commit: "ok",
		});
	});

	it("leaves the cordon of a person where it is", async () => {
		const stage = await Stage.set();
		stage.cluster.unschedulable = true;
		stage.cluster.onCall = () => stage.file("exit.cutover") && stage.cluster.wentOver();
		expect(await stage.carryToEnd()).toBe("done");
		expect(stage.cluster.unschedulable).toBe(true);
		expect((await stage.steps())["uncordon"]).toBe("skipped");
	});

	const dump = `mkdir -p "$RUN/evidence"; printf 'version = 2\\n' >"$RUN/evidence/containerd-dump.toml"; `;

	it("judges no dump that it has not read whole", async () => {
		const large = 'head -c 1048576 /dev/zero | tr "\\0" "#" >>"$RUN/evidence/containerd-dump.toml"';
		const stage = await Stage.set({ judged: true, withoutApi: true, bodies: { prepare: dump + large } });
		expect(await stage.carryToEnd()).toBe("failed");
		expect(await stage.row()).toMatchObject({
			result: { code: "run.dump-truncated", values: { node: "node1", bytes: 1_048_588, limit: 1_048_576 } },
		});
	});

	it("judges a dump that it has read whole", async () => {
		const stage = await Stage.set({ judged: true, withoutApi: true, bodies: { prepare: dump } });
		expect(await stage.carryToEnd()).toBe("failed");
		expect((await stage.row()).result).toMatchObject({ code: "run.config-not-effective" });
	});

	it("says which images came into use since the plan was made, before it takes the node out", async () => {
		const stage = await Stage.set({ images: [], withoutApi: true });
		await stage.carryToEnd();
		const event = await stage.db.runEvent.findFirstOrThrow({ where: { code: "run.images-new" } });
		expect(event.values).toMatchObject({ node: "node1", count: expect.any(Number), images: expect.stringContaining("pause") });
		expect((await stage.events()).indexOf("run.images-new")).toBeLessThan((await stage.events()).indexOf("run.cutover"));
	});

	describe("whose console is killed", () => {
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

	describe("that a person cancels", () => {
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

	describe("that fails", () => {
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
			stage.unreachable = null;
			expect(await stage.carry()).toBe("failed");
			expect((await stage.events()).at(-1)).toBe("run.cleaned-later");
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

	it("believes no first answers of an API that was away until the limit was near", async () => {
		// 60 s by the engine's clock, of which each passes in a twentieth of a second.
		const stage = await Stage.set({ policy: { apiUnreachable: "revert", verifyTimeoutS: 30 } });
		let verifyingSince: number | null = null;
		stage.cluster.onCall = () => {
			if (!stage.file("exit.cutover")) return;
			verifyingSince ??= performance.now();
			const forMs = performance.now() - verifyingSince;
			// Away until shortly before the limit; then what it knew from before; then, well past the limit, the node as it is.
			stage.cluster.broken = forMs < 2_500 ? new KubernetesError("cluster.timeout", { server: "x" }) : null;
			if (forMs > 4_500) stage.cluster.wentOver();
		};
		expect(await stage.carryToEnd()).toBe("done");
		expect(await stage.row()).toMatchObject({ verified: "cluster" });
		expect(await stage.events()).not.toContain("run.not-verified");
	});

	it("says what it had to leave on a node that another run owns, and takes it away once that has let go", async () => {
		const owner = '"$RUN/../../owner"';
		const stage = await Stage.set({ bodies: { prepare: `echo "console-b 99 otherrun01" >${owner}; exit 1` } });
		expect(await stage.carryToEnd()).toBe("failed");
		expect(await stage.events()).toContain("run.left-behind");
		expect(stage.file("final")).toBe("");
		await stage.carry();
		expect(await stage.events()).not.toContain("run.cleaned-later");
		writeFileSync(stage.path("../../owner"), "");
		await stage.carry();
		expect(await stage.events()).toContain("run.cleaned-later");
		expect(stage.file("final").trim()).toBe("cleaned");
	});

	it("takes over the cordon that an earlier run of the node had to leave, and takes it back in the end", async () => {
		const stage = await Stage.set();
		await stage.db.run.create({
			data: {
				id: "earlier001",
				migrationId: "migration1",
				nodeId: "node1",
				nodeName: "node1",
				direction: "migrate",
				position: 0,
				state: "reverted",
				fromRuntime: "",
				toRuntime: "",
				cordonedByUs: true,
			},
		});
		stage.cluster.unschedulable = true;
		stage.cluster.annotations["gantry/cordoned-by"] = "earlier001";
		stage.cluster.onCall = () => stage.file("exit.cutover") && stage.cluster.wentOver();
		expect(await stage.carryToEnd()).toBe("done");
		expect(stage.cluster.unschedulable).toBe(false);
		expect(await stage.db.run.count({ where: { cordonedByUs: true } })).toBe(0);
	});

	it("reads a log anew that a crash has cut short, as another generation", async () => {
		const stage = await Stage.set({ withoutApi: true, bodies: { cutover: `echo something that is lost; ${WAITS}; echo and more` } });
		await stage.carry();
		await stage.goOut();
		const first = stage.carry();
		await expect.poll(() => stage.log(), { timeout: 20_000 }).toContain("something that is lost");
		stage.lease?.abandon();
		await first;
		// As after a power cut: shorter than what was read, then grown again.
		writeFileSync(stage.path("log"), "another beginning\n");
		writeFileSync(stage.path("go"), "");
		expect(await stage.carryToEnd()).toBe("done");
		expect(await stage.row()).toMatchObject({ logGeneration: 1 });
		expect(await stage.log()).toBe(stage.file("log"));
		expect(await stage.log()).toContain("another beginning");
		expect(await stage.events()).toContain("run.log-began-anew");
	});
});
