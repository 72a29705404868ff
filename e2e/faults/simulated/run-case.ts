import type { Case } from "../case.ts";
import type { Fault } from "../fault.ts";
import { momentName, type Passed } from "../moments.ts";
import { type Judgement, judge } from "../promise.ts";
import { recorded } from "../recorded.ts";
import { calledBackAt, directionOf } from "../scenario.ts";
import type { Found, Runtime } from "../truth.ts";
import { handsOn, type SimulatedHands } from "./hands.ts";
import { nodeTruth, runTruth } from "./node-truth.ts";
import { OPS, SimulatedWorld } from "./simulated-world.ts";
import { VirtualTime } from "./virtual-time.ts";

export interface CaseResult {
	case: Case;
	/** False where the run never came to the moment: nothing was tried. */
	reached: boolean;
	judgement: Judgement;
	/** Seconds of the world's clock. */
	lastedS: number;
	/** Boundaries in the order in which they were passed. */
	passed: Passed[];
}

/** A run that does not rest within this is not going to. */
const REST_LIMIT_S = 6 * 3_600;
const PATIENCE_S = 4 * 3_600;
const SETTLE_LIMIT_S = 900;
/** Whoever comes back last may still do harm: so long is waited for that in any case. */
const AFTERMATH_S = 30;
const AT_REST = ["done", "done-with-failures", "cancelled"];
const EITHER: Record<"migrate" | "rollback", Runtime> = { migrate: "docker", rollback: "containerd" };

/** Runs one case in a world of its own, on virtual time. `fault` null: nothing goes wrong. Throws where the world itself fails. */
export async function runCase(given: Case, fault: Fault | null): Promise<CaseResult> {
	const time = VirtualTime.install();
	let world: SimulatedWorld | undefined;
	try {
		world = await SimulatedWorld.start(given.shape);
		if (fault?.needsSudo) world.signInAs = OPS;
		if (directionOf(given.scenario) === "rollback") await migrated(world);
		const begunMs = time.elapsedMs;
		const result = await tried(world, given, fault);
		return { ...result, case: given, lastedS: (time.elapsedMs - begunMs) / 1000 };
	} finally {
		await world?.close();
		time.uninstall();
	}
}

async function wait(seconds: number): Promise<void> {
	await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

async function migrated(world: SimulatedWorld): Promise<void> {
	const id = await world.draft(world.console, "migrate");
	await world.console.engine.change.start(id, "ann");
	for (let round = 0; round < 600; round++) {
		const { state } = await world.database.db.migration.findUniqueOrThrow({ where: { id } });
		if (state === "done") return;
		await wait(1);
	}
	throw new Error("the node was not migrated before its rollback");
}

async function tried(
	world: SimulatedWorld,
	given: Case,
	fault: Fault | null,
): Promise<Pick<CaseResult, "reached" | "judgement" | "passed">> {
	const { db } = world.database;
	const direction = directionOf(given.scenario);
	const before = EITHER[direction];
	const id = await world.draft(world.console, direction);
	const planned = await db.run.findFirstOrThrow({ where: { migrationId: id } });
	if (planned.state !== "queued") throw new Error(`the node cannot go: ${JSON.stringify(planned.result)}`);
	const hands = handsOn(world, given.seed, id);
	await fault?.prepare?.(hands);
	const passed: Passed[] = [];
	let reached = false;
	let calling = calledBackAt(given.scenario);
	world.onPassed = async (boundary) => {
		if (boundary.runId !== planned.id) return;
		passed.push(boundary);
		if (calling && isAt(boundary, calling)) {
			calling = null;
			hands.later(() => hands.person.cancel());
		}
		if (reached || !fault || !isAt(boundary, given.moment)) return;
		reached = true;
		hands.later(() => healed(hands, fault));
		await fault.inject(hands, given.moment);
	};
	await world.console.engine.change.start(id, "ann");
	const rested = await resting(world, hands, id, fault?.patienceS ?? PATIENCE_S);
	await hands.settled();
	await wait(AFTERMATH_S);
	world.onPassed = async () => {};
	const look = async (): Promise<Found> => {
		const record = await recorded(db, id);
		return {
			before,
			recorded: record,
			node: nodeTruth(world.target, world.running.cluster),
			onNode: new Map(record.runs.map((run) => [run.id, runTruth(world.target, run.id)])),
		};
	};
	let judgement = judge(await look());
	// A kubelet's pods, the API's lag and what the console looks at again need a while after the run's end.
	for (let s = 0; judgement.broken.length > 0 && s < SETTLE_LIMIT_S; s += 5) {
		await wait(5);
		judgement = judge(await look());
	}
	const more = [
		...(rested ? [] : ["the migration does not come to rest"]),
		...hands.wrongs,
		...world.consoles.flatMap(({ staleWrites }) => staleWrites.map((what) => `written by a lost lease: ${what}`)),
	];
	return { reached, passed, judgement: { ...judgement, broken: [...more, ...judgement.broken] } };
}

const isAt = (boundary: Passed, moment: { step: string; edge: string }) => momentName(boundary) === `${moment.edge} ${moment.step}`;

async function healed(hands: SimulatedHands, fault: Fault): Promise<void> {
	if (!fault.heal) return;
	await hands.wait(fault.healsAfterS ?? 60);
	await fault.heal(hands);
}

/** A person lets it go on where it waits for one, and cancels in the end. False where it goes on for ever all the same. */
async function resting(world: SimulatedWorld, hands: SimulatedHands, id: string, patienceS: number): Promise<boolean> {
	let cancelled = false;
	for (let s = 0; s < REST_LIMIT_S; s += s < 600 ? 1 : 10) {
		const { state } = await world.database.db.migration.findUniqueOrThrow({ where: { id } });
		if (AT_REST.includes(state)) return true;
		if (state === "held" || state === "paused") await hands.person.resume();
		if (s >= patienceS && !cancelled) {
			cancelled = true;
			await hands.person.cancel();
		}
		await wait(s < 600 ? 1 : 10);
	}
	return false;
}
