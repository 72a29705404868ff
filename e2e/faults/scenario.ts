import type { Moment } from "./moments.ts";

/**
 * What a run is to do while something goes wrong: over, back by the button, and of both the way back from the middle of the cutover,
 * the one that a boot begins after a power cut there, and the clean-up before it.
 */
export const SCENARIOS = [
	"migrate",
	"rollback",
	"migrate-going-back",
	"rollback-going-back",
	"migrate-booting-back",
	"rollback-booting-back",
	"migrate-cleaning",
	"rollback-cleaning",
] as const;
export type Scenario = (typeof SCENARIOS)[number];

export const directionOf = (scenario: Scenario) => (scenario.startsWith("migrate") ? "migrate" : "rollback");

/**
 * Where a person calls the run back, or the power goes; null where nobody does. At the last step on the node it has all of its way back to go, and at
 * the eviction there is only what prepare has put there.
 */
export function calledBackAt(scenario: Scenario): Moment | null {
	if (scenario.endsWith("-going-back") || isCutOff(scenario)) return { step: "verify-node", edge: "begin" };
	return scenario.endsWith("-cleaning") ? { step: "evict", edge: "begin" } : null;
}

/** True where it is not a person who calls the run back: the node loses power. */
export const isCutOff = (scenario: Scenario) => scenario.endsWith("-booting-back");
