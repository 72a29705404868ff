import { describe, expect, it, vi } from "vitest";
import { CORDON_MARK } from "../../kubernetes/cordon.ts";
import { localNodeObstacle } from "../../remote/testing/local-session.ts";
import { Stage } from "../testing/stage.ts";

const obstacle = localNodeObstacle("dash");
if (obstacle) console.warn(`NOT RUN: server/engine/executor: ${obstacle}`);

// The node's side takes real time, and a busy machine makes it longer.
vi.setConfig({ testTimeout: 180_000 });

describe.skipIf(obstacle !== "")("a run by the engine on a node that an earlier run left cordoned", () => {
	/** Prepared, and about to go out. */
	const second = async () => {
		const stage = await Stage.set();
		await stage.carry();
		const { nodeId, migrationId } = await stage.row();
		await stage.db.run.create({
			data: {
				id: "earlier001",
				migrationId,
				nodeId,
				nodeName: "node1",
				direction: "migrate",
				position: 1,
				state: "reverted",
				cordonedByUs: true,
				fromRuntime: "docker",
				toRuntime: "containerd",
			},
		});
		stage.cluster.unschedulable = true;
		stage.cluster.annotations[CORDON_MARK] = "earlier001";
		await stage.goOut();
		return stage;
	};
	const earlier = (stage: Stage) => stage.db.run.findUniqueOrThrow({ where: { id: "earlier001" } });

	it("takes the cordon over, and uncordons at the end", async () => {
		const stage = await second();
		stage.cluster.onCall = () => {
			if (stage.file("started.cutover")) expect(stage.cluster.unschedulable).toBe(true);
			if (stage.file("exit.cutover")) stage.cluster.wentOver();
		};
		expect(await stage.carryToEnd()).toBe("done");
		expect(await stage.row()).toMatchObject({ cordonedByUs: false, before: { unschedulable: false } });
		expect(await earlier(stage)).toMatchObject({ cordonedByUs: false });
		expect(stage.cluster.unschedulable).toBe(false);
	});

	it("that is taken back at the very moment: cordons it anew, and never goes out without", async () => {
		const stage = await second();
		let asked = 0;
		let outWithout = 0;
		stage.cluster.onCall = (name) => {
			// The earlier run's own uncordon, or a person's: between the look and the new mark.
			if (name === "annotate" && ++asked === 1) {
				stage.cluster.unschedulable = false;
				delete stage.cluster.annotations[CORDON_MARK];
			}
			if (stage.file("started.cutover") && !stage.file("final") && !stage.cluster.unschedulable) outWithout += 1;
			if (stage.file("exit.cutover")) stage.cluster.wentOver();
		};
		expect(await stage.carryToEnd()).toBe("done");
		expect(outWithout).toBe(0);
		expect(await stage.row()).toMatchObject({ cordonedByUs: false });
		expect(stage.cluster.unschedulable).toBe(false);
	});
});
