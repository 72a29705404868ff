import { expect, test as setup } from "@playwright/test";
import { bringUp, down } from "../../fleet/fleet.ts";
import { FLEET_NAME, givenFleet } from "./fleet-name.ts";

setup("real nodes come up", async () => {
	if (givenFleet()) return;
	// A run that was killed left its fleet behind.
	await down(FLEET_NAME);
	const fleet = await bringUp({ nodes: 3, name: FLEET_NAME, progress: (line) => process.stderr.write(`fleet: ${line}\n`) });
	expect(await fleet.kubectl(["get", "nodes", "--no-headers"])).not.toContain("NotReady");
});
