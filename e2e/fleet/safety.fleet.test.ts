import { afterAll, beforeAll } from "vitest";
import { disk } from "./safety-disk.ts";
import { SafetyNodes } from "./safety-nodes.ts";
import { race } from "./safety-race.ts";
import { scripts } from "./safety-scripts.ts";
import { triggers } from "./safety-triggers.ts";
import { twoRuntimes } from "./safety-two-runtimes.ts";

// Each test bears the number of the safety rule that it holds. One file, so that three nodes are never idle: a test takes a
// node, breaks it, and while that one is built anew the next test goes on elsewhere.
let lent: SafetyNodes;
const nodes = () => lent;
beforeAll(async () => {
	lent = await SafetyNodes.open();
});
afterAll(() => lent.close());

race(nodes);
triggers(nodes);
twoRuntimes(nodes);
disk(nodes);
scripts(nodes);
