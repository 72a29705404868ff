import type { World } from "./world.ts";

export interface Hands extends World {
	/** What faults found broken, and what failed beside the run. */
	readonly wrongs: readonly string[];
	/** Resolves when nothing goes on beside the run any more. */
	settled(): Promise<void>;
}
