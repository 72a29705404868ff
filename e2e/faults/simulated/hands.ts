import { ConsolesInProcess } from "../console/consoles.ts";
import { lineHands } from "../console/line-hands.ts";
import { personHands } from "../console/person-hands.ts";
import type { Hands } from "../hands.ts";
import { seeded } from "../random.ts";
import type { World } from "../world.ts";
import { clusterHands } from "./cluster-hands.ts";
import { nodeHands } from "./node-hands.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

/** A simulated cluster as faults lay hands on it. */
export function handsOn(simulated: SimulatedWorld, seed: number, migrationId: string): Hands {
	const wrongs: string[] = [];
	const beside: Promise<void>[] = [];
	const random = seeded(seed);
	const link = simulated.links.get(simulated.target.name);
	if (!link) throw new Error("no line to the node");
	const world: World = {
		consoles: new ConsolesInProcess(simulated),
		ssh: lineHands(link, seeded(seed + 1)),
		api: lineHands(simulated.apiLink, seeded(seed + 2)),
		node: nodeHands(simulated),
		cluster: clusterHands(simulated),
		person: personHands(simulated, migrationId),
		later(work) {
			beside.push(
				work().catch((error: unknown) => {
					wrongs.push(`beside the run: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
				}),
			);
		},
		wait: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
		random,
		oneOf(several) {
			const chosen = several[Math.floor(random() * several.length)];
			if (chosen === undefined) throw new RangeError("nothing to choose from");
			return chosen;
		},
		wrong: (text) => wrongs.push(text),
	};
	return {
		...world,
		wrongs,
		async settled() {
			await Promise.all(beside);
		},
	};
}
