import { expect, test as teardown } from "@playwright/test";
import { down, remains } from "../../fleet/fleet.ts";
import { FLEET_NAME, givenFleet } from "./fleet-name.ts";

teardown("they go down and leave nothing", async () => {
	if (givenFleet()) return;
	await down(FLEET_NAME);
	expect(await remains(FLEET_NAME)).toEqual([]);
});
