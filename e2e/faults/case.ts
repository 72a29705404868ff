import type { Moment } from "./moments.ts";
import type { Scenario } from "./scenario.ts";

/** One run with one thing that goes wrong. Everything of it follows from these words. */
export interface Case {
	seed: number;
	/** `family/name`. */
	fault: string;
	scenario: Scenario;
	shape: string;
	moment: Moment;
}
