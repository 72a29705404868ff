import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NodeSession } from "../../server/ssh/session.ts";
import { crictlArchive, type Fleet } from "../fleet/fleet.ts";
import { openSession, probe } from "../fleet/node-run.ts";
import { sharedFleet } from "../fleet/shared-fleet.ts";
import {
	cancelled,
	changedByOthers,
	containerdRefuses,
	editedThenCancelled,
	migrated,
	notCommitted,
	type Plans,
	plansFrom,
	rolledBack,
	type Scenario,
} from "./scenarios.ts";
import { likeness, podsRunning, type SimulatedNode, signedIn } from "./simulated-node.ts";

// The same plans, byte for byte, on a real node and on a simulated one: what they leave behind is the same. Without this the simulator proves nothing.
const NODE = "node1";
let fleet: Fleet | undefined;
let real: NodeSession;
let simulated: SimulatedNode;
let plans: Plans;

beforeAll(async () => {
	const up = await sharedFleet();
	fleet = up;
	await up.deploy({ name: "agent", kind: "DaemonSet" });
	real = await openSession(up.node(NODE));
	const facts = await probe(real);
	const { path, ...archive } = await crictlArchive();
	plans = plansFrom(facts, NODE, { bytes: await readFile(path), ...archive });
	simulated = await signedIn(likeness(facts));
	await podsRunning(simulated.machine, 2);
});
afterAll(async () => {
	real?.close();
	await simulated?.close();
	await fleet?.kubectl(["delete", "daemonset/agent", "--ignore-not-found"]);
	await fleet?.reset(NODE);
});

/** One after the other: a machine under load must not make the two differ. */
async function onBoth(scenario: Scenario): Promise<void> {
	const expected = await scenario(real, plans);
	await fleet?.waitRunning("agent", fleet.nodes.length);
	const found = await scenario(simulated.session, plans);
	await podsRunning(simulated.machine, 2);
	expect(found).toEqual(expected);
}

describe("a simulated node ends as a real one does", () => {
	it("reads as the same facts, and compiles to the same scripts", async () => {
		const own = plansFrom(await probe(simulated.session), NODE, plans.archive);
		expect(own.migrate("conformscripts").scripts).toEqual(plans.migrate("conformscripts").scripts);
	});

	it("when prepare is cancelled", () => onBoth(cancelled));
	it("when prepare is cancelled behind a foreign hand's edits", () => onBoth(editedThenCancelled));
	it("when a foreign hand changed a file", () => onBoth(changedByOthers));
	it("when containerd refuses the new file", () => onBoth(containerdRefuses));
	it("when nobody commits", () => onBoth(notCommitted));

	it("when it goes over and comes back", async () => {
		await onBoth(migrated);
		await onBoth(rolledBack(await probe(real)));
	});
});
