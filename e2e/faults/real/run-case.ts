import type { Fleet, FleetNode } from "../../fleet/fleet.ts";
import type { Case } from "../case.ts";
import { ConsolesInProcess } from "../console/consoles.ts";
import { lineHands } from "../console/line-hands.ts";
import { personHands } from "../console/person-hands.ts";
import { type Fault, faultName } from "../fault.ts";
import { chanceAndCompany, type Hands } from "../hands.ts";
import { seeded } from "../random.ts";
import { directionOf } from "../scenario.ts";
import { type Limits, type Tried, tryCase } from "../try-case.ts";
import { clusterHands } from "./cluster-hands.ts";
import { nodeHands, smallDisk } from "./node-hands.ts";
import { nodeTruth, runTruth } from "./node-truth.ts";
import { RealWorld } from "./real-world.ts";
import { shortened } from "./waits.ts";

export interface RealResult extends Tried {
	case: Case;
	lastedS: number;
}

export const LIMITS: Limits = { restS: 900, patienceS: 240, aftermathS: 3, settleS: 150 };
const MIGRATED_LIMIT_S = 300;
const SMALL_DISK_MB = 200;

/** One case on one node that is as new: Ready on Docker. The node is whatever the case made of it afterwards. Throws where the harness fails. */
export async function runCase(fleet: Fleet, node: FleetNode, folder: string, given: Case, fault: Fault | null): Promise<RealResult> {
	const ownDisk = fault !== null && faultName(fault) === "node/disk-full";
	if (ownDisk) await smallDisk(node, SMALL_DISK_MB);
	const world = await RealWorld.start(fleet, node, folder);
	world.ownDisk = ownDisk;
	const cluster = clusterHands(fleet, node);
	try {
		if (directionOf(given.scenario) === "rollback") await migrated(world);
		const begunMs = performance.now();
		const tried = await tryCase({
			stage: world,
			given,
			fault,
			handsOn: (migrationId) => handsOn(world, cluster, given.seed, migrationId),
			nodeTruth: () => nodeTruth(node),
			runTruth: (runId) => runTruth(node, runId),
			limits: LIMITS,
		});
		return { ...tried, case: given, lastedS: (performance.now() - begunMs) / 1000 };
	} finally {
		await world.close();
		await Promise.all([cluster.allowEvictions(), cluster.allowChanges()]);
	}
}

async function migrated(world: RealWorld): Promise<void> {
	const id = await world.draft(world.console, "migrate");
	await world.console.engine.change.start(id, "ann");
	for (let s = 0; s < MIGRATED_LIMIT_S; s++) {
		const { state } = await world.database.db.migration.findUniqueOrThrow({ where: { id } });
		if (state === "done") return;
		await new Promise((resolve) => setTimeout(resolve, 1_000));
	}
	throw new Error("the node was not migrated before its rollback");
}

/** A real node as faults lay hands on it. Waits are cut: see `shortened`. */
export function handsOn(world: RealWorld, cluster: Hands["cluster"], seed: number, migrationId: string): Hands {
	const { node, sshLink, apiLink } = world;
	return {
		...chanceAndCompany(seed),
		consoles: new ConsolesInProcess(world),
		ssh: lineHands(sshLink, seeded(seed + 1)),
		api: lineHands(apiLink, seeded(seed + 2)),
		node: nodeHands(node, (keys) => {
			world.accepted = keys;
		}),
		cluster,
		person: personHands(world, migrationId),
		wait: (seconds) => new Promise((resolve) => setTimeout(resolve, shortened(seconds) * 1_000)),
	};
}
