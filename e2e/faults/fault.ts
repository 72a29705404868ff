import type { Moment } from "./moments.ts";
import type { Scenario } from "./scenario.ts";
import type { Shape } from "./shape.ts";
import type { World } from "./world.ts";

export type Family = "console" | "network" | "node" | "cluster" | "person";

/** One thing that goes wrong, on whatever the nodes are made of. */
export interface Fault {
	/** Unique within its family; `--only family/name`. */
	name: string;
	family: Family;
	/** One plain sentence for the table. */
	what: string;
	/** Where it makes sense; left out: at every moment of every scenario. */
	appliesTo?(moment: Moment, scenario: Scenario): boolean;
	/** Kinds of clusters that it makes sense in; default all. */
	shapes?: readonly Shape[];
	/** The console signs in as somebody who needs a password for sudo. */
	needsSudo?: true;
	/** Called once the run is planned, before it starts. */
	prepare?(world: World): Promise<void>;
	/**
	 * Called when the run comes to the moment; whoever came to it waits for the promise. What is to happen while the run goes on is
	 * handed to `world.later`.
	 */
	inject(world: World, moment: Moment): Promise<void>;
	/** Takes back what would keep the run from ever resting: called `healsAfterS` after the moment. */
	heal?(world: World): Promise<void>;
	/** Default 60. */
	healsAfterS?: number;
	/** It computes for long: left to the full run. */
	slow?: true;
	/** A person who sees no end of it cancels after this. Default 4 hours: longer than anything here lasts by itself. */
	patienceS?: number;
}

export function faultName({ family, name }: Fault): string {
	return `${family}/${name}`;
}
