import { expect, it } from "vitest";
import type { Fault } from "./fault.ts";
import type { Moment } from "./moments.ts";
import { runCase } from "./simulated/run-case.ts";

const impossible: Fault = {
	name: "impossible",
	family: "node",
	what: "cannot be done",
	inject: () => Promise.reject(new Error("no hand for it")),
};
const at = (moment: Moment) => ({ seed: 1, fault: "node/impossible", scenario: "migrate", shape: "bookworm", moment }) as const;

it.each([
	["the console", { step: "cordon", edge: "end" }],
	["the node", { step: "stop-docker", edge: "begin" }],
] as const)("calls a fault that could not be done no case that was tried, at a boundary of %s", async (_, moment) => {
	const { reached, judgement } = await runCase(at(moment), impossible);
	expect(reached).toBe(false);
	expect(judgement.ending).toBe("well");
	expect(judgement.broken).toEqual([expect.stringContaining("the fault was not done: Error: no hand for it")]);
});
