import { ConsolesInProcess } from "../console/consoles.ts";
import { lineHands } from "../console/line-hands.ts";
import { personHands } from "../console/person-hands.ts";
import { chanceAndCompany, type Hands } from "../hands.ts";
import { seeded } from "../random.ts";
import { clusterHands } from "./cluster-hands.ts";
import { nodeHands } from "./node-hands.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

/** A simulated cluster as faults lay hands on it. */
export function handsOn(simulated: SimulatedWorld, seed: number, migrationId: string): Hands {
	const link = simulated.links.get(simulated.target.name);
	if (!link) throw new Error("no line to the node");
	return {
		...chanceAndCompany(seed),
		consoles: new ConsolesInProcess(simulated),
		ssh: lineHands(link, seeded(seed + 1)),
		api: lineHands(simulated.apiLink, seeded(seed + 2)),
		node: nodeHands(simulated),
		cluster: clusterHands(simulated),
		person: personHands(simulated, migrationId),
		wait: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
	};
}
