import type { Case } from "./case.ts";

/** Gives out cases in their order until so many have come to their moment: for one that never did, another is tried. */
export class Draw {
	readonly #left: Case[];
	#underWay = 0;
	#reached = 0;

	constructor(
		cases: readonly Case[],
		private readonly wanted: number,
	) {
		this.#left = [...cases];
	}

	/** The next one; undefined where enough have come to their moment, or will once those that are under way do. */
	next(): Case | undefined {
		if (this.#reached + this.#underWay >= this.wanted) return undefined;
		const next = this.#left.shift();
		if (next) this.#underWay += 1;
		return next;
	}

	/** One that was given out is over. */
	ended(reached: boolean): void {
		this.#underWay -= 1;
		if (reached) this.#reached += 1;
	}
}
