import type { Moment } from "./moments.ts";

/**
 * What a run is to do while something goes wrong: over, back by the button, and of both the way back from the middle of the cutover
 * and the clean-up before it.
 */
export const SCENARIOS = [
	"migrate",
	"rollback",
	"migrate-going-back",
	"rollback-going-back",
	"migrate-cleaning",
	"rollback-cleaning",
] as const;
export type Scenario = (typeof SCENARIOS)[number];

export const directionOf = (scenario: Scenario) => (scenario.startsWith("migrate") ? "migrate" : "rollback");

/**
 * Where a person calls the run back; null where nobody does. At the last step on the node it has all of its way back to go, and at
 * the eviction there is only what prepare has put there.
 */
export function calledBackAt(scenario: Scenario): Moment | null {
	if (scenario.endsWith("-going-back")) return { step: "verify-node", edge: "begin" };
	return scenario.endsWith("-cleaning") ? { step: "evict", edge: "begin" } : null;
}
