/** What a run is to do while something goes wrong: over, back by the button, and the way back from the middle of each. */
export const SCENARIOS = ["migrate", "rollback", "migrate-going-back", "rollback-going-back"] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** The last step on the node: a run that a person calls back here has all of its way back to go. */
export const CALLED_BACK_AT = { step: "verify-node", edge: "begin" } as const;

export const directionOf = (scenario: Scenario) => (scenario.startsWith("migrate") ? "migrate" : "rollback");
export const goesBack = (scenario: Scenario) => scenario.endsWith("-going-back");
