import type { Moment } from "./moments.ts";
import type { Scenario } from "./scenario.ts";
import type { Shape } from "./shape.ts";

/** One run with one thing that goes wrong. Everything of it follows from these words. */
export interface Case {
	seed: number;
	/** `family/name`. */
	fault: string;
	scenario: Scenario;
	shape: Shape;
	moment: Moment;
}
