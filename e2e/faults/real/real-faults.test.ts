import { expect, it } from "vitest";
import type { FleetNode } from "../../fleet/fleet.ts";
import { faultName } from "../fault.ts";
import { FAULTS } from "../faults.ts";
import type { World } from "../world.ts";
import { nodeHands } from "./node-hands.ts";
import { realFaults } from "./real-faults.ts";

/** A node on which everything that a hand does works. */
const willing = { name: "node1", must: async () => "ssh-ed25519 AAAA", exec: async () => ({ stdout: "" }), reboot: async () => {} };

it("leaves out every fault of a node that its hands cannot do, and no other", async () => {
	const node = nodeHands(willing as unknown as FleetNode, () => {});
	const cannot: string[] = [];
	for (const fault of FAULTS.filter(({ family }) => family === "node")) {
		const world = { node, random: () => 0, later: () => {}, wrong: () => {} } as unknown as World;
		await fault.inject(world, { step: "stop-docker", edge: "begin" }).catch(() => cannot.push(faultName(fault)));
	}
	const real = realFaults(FAULTS).map(faultName);
	const left = FAULTS.map(faultName).filter((name) => name.startsWith("node/") && !real.includes(name));
	expect(cannot).toEqual(["node/hangs", "node/hangs-unseen", "node/sudo-expired"]);
	expect(left).toEqual(cannot);
});
