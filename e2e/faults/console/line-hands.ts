import type { LineHands } from "../world.ts";
import type { Link } from "./link.ts";

/** TCP repeats a lost packet after this, and twice as long each further time. */
const REPEAT_MS = 200;

/** A line as faults lay hands on it. */
export function lineHands(link: Link, random: () => number): LineHands {
	return {
		reset: async () => link.reset(),
		silence: () => link.become({ way: "silent" }),
		refuse: () => link.become({ way: "refused" }),
		delay: (ms) => link.become({ latencyMs: ms }),
		lose: (share) =>
			link.become({
				lateByMs: () => {
					let late = 0;
					for (let wait = REPEAT_MS; random() < share; wait *= 2) late += wait;
					return late;
				},
			}),
		heal: () => link.heal(),
	};
}
