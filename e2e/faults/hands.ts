import { seeded } from "./random.ts";
import type { World } from "./world.ts";

export interface Hands extends World {
	/** What faults found broken, and what failed beside the run. */
	readonly wrongs: readonly string[];
	/** Resolves when nothing goes on beside the run any more. */
	settled(): Promise<void>;
}

/** What is the same whatever the nodes are made of: chance by the case's seed, and what goes on beside the run. */
export function chanceAndCompany(seed: number): Pick<Hands, "later" | "random" | "oneOf" | "wrong" | "wrongs" | "settled"> {
	const wrongs: string[] = [];
	const beside: Promise<void>[] = [];
	const random = seeded(seed);
	return {
		wrongs,
		later(work) {
			beside.push(
				work().catch((error: unknown) => {
					wrongs.push(`beside the run: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
				}),
			);
		},
		random,
		oneOf(several) {
			const chosen = several[Math.floor(random() * several.length)];
			if (chosen === undefined) throw new RangeError("nothing to choose from");
			return chosen;
		},
		wrong: (text) => wrongs.push(text),
		async settled() {
			await Promise.all(beside);
		},
	};
}
