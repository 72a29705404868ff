import { newest, open } from "./people.ts";
import { CALLED_BACK, ENDED, type ModelMigrationState, type ModelState, OUT } from "./tables.ts";
import { type ModelRun, move, runOf, type World } from "./world.ts";

/**
 * What the rollout does, for the plainest of policies: workers only, all in one batch, no hours, no questions, hold after too many failures.
 * Looking and doing are apart: between the two anybody may have done something else.
 */

type Start = { run: string; from: ModelState; to: ModelState; code: string; starts: boolean };
interface Decision {
	seen: ModelMigrationState;
	version: number;
	starts: Start[];
	held: string | null;
	end: ModelMigrationState | null;
}

const PREPARED_AT_ONCE = 2;

export function looked(world: World): Decision {
	const { state, version } = world.migration;
	const decision: Decision = { seen: state, version, starts: [], held: null, end: null };
	const left = open(world);
	const waiting = left.filter((run) => run.state === "queued" || run.state === "prepared");
	if ((state === "stopping" || state === "cancelling") && waiting.length > 0) {
		const code = "run.not-started";
		for (const { id, state: from } of waiting)
			decision.starts.push({ run: id, from, to: from === "queued" ? "not-started" : "cleaning", code, starts: false });
	} else if (left.length === 0) {
		if (["running", "paused", "held", "stopping", "cancelling"].includes(state)) decision.end = endOf(world);
	} else if (state === "running") {
		const failure = tooManyFailed(world);
		if (failure === null) decision.starts.push(...starting(world, left));
		else if (failure !== "not known yet" && left.some((run) => ["queued", "preparing", "prepared"].includes(run.state)))
			decision.held = failure;
	}
	return decision;
}

function endOf(world: World): ModelMigrationState {
	if (world.migration.state === "cancelling") return "cancelled";
	return newest(world).every((run) => run.state === "done") ? "done" : "done-with-failures";
}

/** The run that holds the rest; null where none does. */
function tooManyFailed(world: World): string | "not known yet" | null {
	const runs = newest(world).sort((a, b) => a.position - b.position);
	const failed = runs.filter((run) => !run.failureSeen && (isFailure(run.state) || (run.state === "skipped" && run.attempt > 1)));
	const onTheWay = runs.filter((run) => run.state === "reverting" || (run.state === "cleaning" && !run.called)).length;
	const handsNeeded = failed.find((run) => run.state === "revert-failed");
	const most = world.migration.maxFailures;
	const holds = handsNeeded ?? (failed.length > most ? failed[0] : undefined);
	if (onTheWay > 0 && (holds || failed.length + onTheWay > most)) return "not known yet";
	return holds?.id ?? null;
}

function isFailure(state: ModelState): boolean {
	return state === "failed" || state === "reverted" || state === "revert-failed";
}

function starting(world: World, left: readonly ModelRun[]): Start[] {
	const inState = (state: ModelState) => left.filter((run) => run.state === state);
	const lanes = Math.max(0, PREPARED_AT_ONCE - inState("preparing").length);
	const places = Math.max(0, world.migration.maxUnavailable - left.filter((run) => OUT.includes(run.state)).length);
	const inTurn = left.filter((run) => ["queued", "preparing", "prepared"].includes(run.state)).sort((a, b) => a.position - b.position);
	const first = inTurn.findIndex((run) => run.state !== "prepared");
	return [
		...inState("queued")
			.slice(0, lanes)
			.map(({ id }): Start => ({ run: id, from: "queued", to: "preparing", code: "run.preparing", starts: true })),
		...inTurn
			.slice(0, Math.min(places, first === -1 ? inTurn.length : first))
			.map(({ id }): Start => ({ run: id, from: "prepared", to: "draining", code: "run.going-out", starts: true })),
	];
}

/** Does what was decided, as far as it still fits; where people have changed something since, nothing of it, and looks again. */
export function carriedOut(world: World, decision: Decision): void {
	const { migration } = world;
	if (migration.version !== decision.version) {
		if (decision.starts.length > 0 || decision.held || decision.end) carriedOut(world, looked(world));
		return;
	}
	if (decision.seen === "cancelling") for (const run of world.runs) run.called ||= CALLED_BACK.includes(run.state);
	let refused = false;
	for (const { run: id, from, to, code, starts } of decision.starts) {
		const run = runOf(world, id);
		const goesOut = to === "draining";
		const fits = run.state === from && run.lease === null && !(starts && (run.called || migration.state !== "running"));
		if (fits && !(goesOut && refused)) move(run, to, code);
		refused ||= goesOut && !fits;
	}
	if (migration.state !== decision.seen) return;
	if (decision.held) {
		migration.state = "held";
		migration.why = "migration.held";
		runOf(world, decision.held).events.push({ code: "migration.held" });
	}
	// What was tried again meanwhile keeps it open.
	if (decision.end && world.runs.every((run) => ENDED.includes(run.state))) {
		migration.state = decision.end;
		migration.why = null;
	}
}

/** Looks until nothing follows any more. */
export function settled(world: World): void {
	for (let before = ""; before !== JSON.stringify(world); ) {
		before = JSON.stringify(world);
		carriedOut(world, looked(world));
	}
}
