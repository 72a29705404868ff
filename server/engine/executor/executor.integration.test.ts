import { writeFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { KubernetesError } from "../../kubernetes/error.ts";
import { localNodeObstacle } from "../../remote/testing/local-session.ts";
import { CRI_SOCKET } from "../testing/cluster.ts";
import { Stage } from "../testing/stage.ts";

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

	it("is committed and refused the rest by its cluster: waits for it, ends, says what is missing, and does it once it may", async () => {
		const stage = await Stage.set({ policy: { apiOutageS: 60 } });
		const denied = new KubernetesError("cluster.rejected", { status: 403, reason: "admission webhook denied the request" });
		stage.cluster.onCall = (name) => {
			if (stage.file("exit.cutover")) stage.cluster.wentOver();
			stage.cluster.broken = stage.file("final") && (name === "annotate" || name === "uncordon") ? denied : null;
		};
		const carried = stage.carryToEnd();
		await expect
			.poll(async () => (await stage.row()).waiting, { timeout: 60_000 })
			.toMatchObject({
				code: "run.trying-again",
				values: { because: "cluster.rejected" },
			});
		expect(await stage.state()).toBe("finishing");
		expect(await carried).toBe("done");
		const lacking = { node: "node1", lacks: "both", because: "cluster.rejected", status: 403 };
		expect(await stage.row()).toMatchObject({
			verified: "cluster",
			cordonedByUs: true,
			waiting: null,
			leaseId: null,
			result: { code: "run.done-unfinished", values: lacking },
		});
		expect(await stage.steps()).toMatchObject({ commit: "ok", annotate: "failed", uncordon: "failed" });
		expect((await stage.events()).slice(-2)).toEqual(["run.left-cordoned", "run.done-unfinished"]);
		expect((await stage.db.node.findUniqueOrThrow({ where: { id: "node1" } })).mark).toBe("migrated");

		await stage.carry();
		expect((await stage.events()).at(-1)).toBe("run.done-unfinished");
		expect(await stage.steps()).toMatchObject({ annotate: "failed", uncordon: "failed" });
		stage.cluster.onCall = () => {};
		stage.cluster.broken = null;
		expect(await stage.carry()).toBe("done");
		expect((await stage.events()).at(-1)).toBe("run.finished-later");
		expect(await stage.steps()).toMatchObject({ annotate: "ok", uncordon: "ok" });
		expect(await stage.row()).toMatchObject({
			cordonedByUs: false,
			waiting: null,
			result: { code: "run.done", values: { node: "node1" } },
		});
		expect(stage.cluster.unschedulable).toBe(false);
		expect(stage.cluster.annotations).toEqual({ [CRI_SOCKET]: expect.stringContaining("containerd.sock") });
	});

	it("is committed and refused its annotation alone: takes pods, and its annotation is what is missing", async () => {
		const stage = await Stage.set({ policy: { apiOutageS: 60 } });
		const denied = new KubernetesError("cluster.forbidden", { verb: "patch", resource: "nodes", reason: "no grant" });
		const refused: boolean[] = [];
		stage.cluster.onCall = (name) => {
			if (stage.file("exit.cutover")) stage.cluster.wentOver();
			const annotates = stage.file("final") !== "" && name === "annotate";
			stage.cluster.broken = annotates ? denied : null;
			if (annotates) refused.push(stage.cluster.unschedulable);
		};
		expect(await stage.carryToEnd()).toBe("done");
		expect(await stage.row()).toMatchObject({
			cordonedByUs: false,
			result: { code: "run.done-unfinished", values: { lacks: "annotation", because: "cluster.forbidden" } },
		});
		expect(stage.cluster.unschedulable).toBe(false);
		// It takes pods while the annotation is tried again.
		expect(refused.at(0)).toBe(true);
		expect(refused.at(-1)).toBe(false);
		expect(await stage.events()).not.toContain("run.left-cordoned");
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
