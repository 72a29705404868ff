import type { Case } from "../case.ts";
import type { Fault } from "../fault.ts";
import { directionOf } from "../scenario.ts";
import type { Shape } from "../shape.ts";
import { type Limits, type Tried, tryCase } from "../try-case.ts";
import { handsOn } from "./hands.ts";
import { nodeTruth, runTruth } from "./node-truth.ts";
import { OPS, type Remains, SimulatedWorld } from "./simulated-world.ts";
import { VirtualTime } from "./virtual-time.ts";

export interface CaseResult extends Tried {
	case: Case;
	/** Seconds of the world's clock. */
	lastedS: number;
}

const LIMITS: Limits = { restS: 6 * 3_600, patienceS: 4 * 3_600, aftermathS: 30, settleS: 900 };

/** Runs one case in a world of its own, on virtual time. `fault` null: nothing goes wrong. Throws where the world itself fails. */
export async function runCase(given: Case, fault: Fault | null): Promise<CaseResult> {
	const time = VirtualTime.install();
	let world: SimulatedWorld | undefined;
	try {
		world = await SimulatedWorld.start(given.shape, directionOf(given.scenario) === "rollback" ? await migrated(given.shape) : undefined);
		if (fault?.needsSudo) world.signInAs = OPS;
		const begunMs = time.elapsedMs;
		const { target, running } = world;
		const standing = world;
		const result = await tryCase({
			stage: world,
			given,
			fault,
			handsOn: (migrationId) => handsOn(standing, given.seed, migrationId),
			nodeTruth: async () => nodeTruth(target, running.cluster),
			runTruth: async (runId) => runTruth(target, runId),
			limits: LIMITS,
		});
		return { ...result, case: given, lastedS: (time.elapsedMs - begunMs) / 1000 };
	} finally {
		await world?.close();
		time.uninstall();
	}
}

async function wait(seconds: number): Promise<void> {
	await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** By the shape: what a rollback begins with takes as long as what it tries, and is the same for each. */
const afterMigration = new Map<Shape, Remains>();

/** A cluster whose first node was migrated, and which was switched off and on since. */
async function migrated(shape: Shape): Promise<Remains> {
	const known = afterMigration.get(shape);
	if (known) return known;
	const world = await SimulatedWorld.start(shape);
	try {
		const id = await world.draft(world.console, "migrate");
		await world.console.engine.change.start(id, "ann");
		for (let round = 0; round < 600; round++) {
			const { state } = await world.database.db.migration.findUniqueOrThrow({ where: { id } });
			if (state === "done") break;
			if (round === 599) throw new Error("the node was not migrated before its rollback");
			await wait(1);
		}
	} catch (error) {
		await world.close();
		throw error;
	}
	const remains = await world.remains();
	afterMigration.set(shape, remains);
	return remains;
}
