import type { Case } from "./case.ts";
import { onRecord, personHands } from "./console/person-hands.ts";
import type { Stage } from "./console/stage.ts";
import type { Fault } from "./fault.ts";
import type { Hands } from "./hands.ts";
import { momentName, type Passed } from "./moments.ts";
import { type Judgement, judge } from "./promise.ts";
import { recorded } from "./recorded.ts";
import { calledBackAt, directionOf, isCutOff } from "./scenario.ts";
import type { NodeTruth, RunTruth, Runtime } from "./truth.ts";

export interface Attempt {
	stage: Stage;
	given: Case;
	/** Null: nothing goes wrong. */
	fault: Fault | null;
	/** The world as the fault lays hands on it, once the migration's id is known. */
	handsOn(migrationId: string): Hands;
	nodeTruth(): Promise<NodeTruth>;
	runTruth(runId: string): Promise<RunTruth>;
	limits: Limits;
}

/** Seconds of the world's clock. */
export interface Limits {
	/** A run that does not rest within this is not going to. */
	restS: number;
	/** A person who sees no end of it cancels after this, where the fault names nothing shorter. */
	patienceS: number;
	/** Whoever comes back last may still do harm: so long is waited for that in any case. */
	aftermathS: number;
	/** For what follows a run's end: a kubelet's pods, the API's lag, what the console looks at again. */
	settleS: number;
}

export interface Tried {
	/** False where the run never came to the moment, or the fault could not be done there: nothing was tried. */
	reached: boolean;
	judgement: Judgement;
	/** Boundaries in the order in which they were passed. */
	passed: Passed[];
}

const AT_REST = ["done", "done-with-failures", "cancelled"];
const EITHER: Record<"migrate" | "rollback", Runtime> = { migrate: "docker", rollback: "containerd" };

async function wait(seconds: number): Promise<void> {
	await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** Plans and starts one run, does the one thing when it comes to the moment, waits until all is at rest and judges. Throws where the node cannot go. */
export async function tryCase({ stage, given, fault, handsOn, nodeTruth, runTruth, limits }: Attempt): Promise<Tried> {
	const { db } = stage.database;
	const direction = directionOf(given.scenario);
	const id = await stage.draft(stage.console, direction);
	const planned = await db.run.findFirstOrThrow({ where: { migrationId: id } });
	if (planned.state !== "queued") throw new Error(`the node cannot go: ${JSON.stringify(planned.result)}`);
	const hands = handsOn(id);
	await fault?.prepare?.(hands);
	const passed: Passed[] = [];
	let injecting = false;
	let reached = false;
	let calling = calledBackAt(given.scenario);
	stage.onPassed = async (boundary) => {
		if (boundary.runId !== planned.id) return;
		passed.push(boundary);
		if (calling && isAt(boundary, calling)) {
			calling = null;
			hands.later(() => (isCutOff(given.scenario) ? hands.node.reboot({ orderly: false }) : hands.person.cancel()));
		}
		if (injecting || !fault || !isAt(boundary, given.moment)) return;
		injecting = true;
		hands.later(() => healed(hands, fault));
		try {
			await fault.inject(hands, given.moment);
			reached = true;
		} catch (error) {
			// Whoever came to the boundary is the product, which would take this for its own.
			hands.wrong(`the fault was not done: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
		}
	};
	await stage.console.engine.change.start(id, "ann", { commit: onRecord(stage.console, id, "migration.start") });
	const patienceS = Math.min(limits.patienceS, fault?.patienceS ?? limits.patienceS);
	const rested = await resting(stage, id, { ...limits, patienceS });
	await hands.settled();
	await wait(limits.aftermathS);
	stage.onPassed = async () => {};
	const look = async () => {
		const record = await recorded(stage.database.db, id);
		const truths = await Promise.all(record.runs.map(async (run) => [run.id, await runTruth(run.id)] as const));
		return { before: EITHER[direction], recorded: record, node: await nodeTruth(), onNode: new Map(truths) };
	};
	let judgement = judge(await look());
	for (let s = 0; judgement.broken.length > 0 && s < limits.settleS; s += 5) {
		await wait(5);
		judgement = judge(await look());
	}
	const more = [
		...(rested ? [] : ["the migration does not come to rest"]),
		...hands.wrongs,
		...stage.consoles.flatMap(({ staleWrites }) => staleWrites.map((what) => `written by a lost lease: ${what}`)),
	];
	return { reached, passed, judgement: { ...judgement, broken: [...more, ...judgement.broken] } };
}

const isAt = (boundary: Passed, moment: { step: string; edge: string }) => momentName(boundary) === `${moment.edge} ${moment.step}`;

async function healed(hands: Hands, fault: Fault): Promise<void> {
	if (!fault.heal) return;
	await hands.wait(fault.healsAfterS ?? 60);
	await fault.heal(hands);
}

/** A person lets it go on where it waits for one, and cancels in the end. False where it goes on for ever all the same. */
async function resting(stage: Stage, id: string, { restS, patienceS }: Limits): Promise<boolean> {
	const person = personHands(stage, id);
	let cancelled = false;
	for (let s = 0; s < restS; s += s < 600 ? 1 : 10) {
		const { state } = await stage.database.db.migration.findUniqueOrThrow({ where: { id } });
		if (AT_REST.includes(state)) return true;
		if (state === "held" || state === "paused") await person.resume();
		if (s >= patienceS && !cancelled) {
			cancelled = true;
			await person.cancel();
		}
		await wait(s < 600 ? 1 : 10);
	}
	return false;
}
