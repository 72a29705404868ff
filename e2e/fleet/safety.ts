import { afterAll, beforeAll } from "vitest";
import { bringUp, down, type Fleet } from "./fleet.ts";
import { disk } from "./safety-disk.ts";
import { SafetyNodes } from "./safety-nodes.ts";
import { race } from "./safety-race.ts";
import { scripts } from "./safety-scripts.ts";
import { triggers } from "./safety-triggers.ts";
import { twoRuntimes } from "./safety-two-runtimes.ts";
import type { SuiteName } from "./suites.ts";

const NODES = 3;

/**
 * Registers the tests of all safety rules, each with its rule's number, on the nodes of the fleet that `open` gives. Called once in a
 * file, so that its nodes are never idle: a test takes a node, breaks it, and while that one is built anew the next test goes on elsewhere.
 */
export function safety(open: () => Promise<Fleet>): void {
	let lent: SafetyNodes | undefined;
	const nodes = () => {
		if (!lent) throw new Error("no node is there yet");
		return lent;
	};
	beforeAll(async () => {
		lent = await SafetyNodes.open(await open());
	}, 900_000);
	afterAll(() => lent?.close(), 300_000);

	race(nodes);
	triggers(nodes);
	twoRuntimes(nodes);
	disk(nodes);
	scripts(nodes);
}

/** The same on a fleet of another Debian release, which is there for these tests alone. */
export function safetyOnSuite(suite: SuiteName): void {
	const name = `safe${suite.slice(0, 3)}`;
	// Registered first, and so done last.
	afterAll(() => down(name), 300_000);
	safety(async () => {
		await down(name);
		return bringUp({ name, suite, nodes: NODES });
	});
}
