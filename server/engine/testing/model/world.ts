import { ENDED, type ModelMigrationState, type ModelState, runMayFollow } from "./tables.ts";

/** What one event says, as far as the model knows: `from`, `to`, `found` where it is about a transition. */
export interface ModelEvent {
	code: string;
	from?: string;
	to?: string;
	found?: string;
}

export interface ModelRun {
	id: string;
	node: string;
	position: number;
	attempt: number;
	began: ModelState;
	state: ModelState;
	version: number;
	/** Which of the world's leases it is. */
	lease: number | null;
	leaseUntilMs: number | null;
	fence: number;
	called: boolean;
	failureSeen: boolean;
	cordoned: boolean;
	logBytes: number;
	events: ModelEvent[];
}

/** A right to write, as its holder keeps it: also when it is worth nothing any more. */
interface ModelLease {
	runId: string;
	/** Its holder knows that it is gone, or has let go. */
	over: boolean;
	released: boolean;
}

/** A migration with its runs, who holds what, and what is on record. */
export interface World {
	nowMs: number;
	runs: ModelRun[];
	leases: ModelLease[];
	/** `version`: how often people, and runs that fail, have changed what the rollout decides by. */
	migration: { state: ModelMigrationState; why: string | null; version: number; maxUnavailable: number; maxFailures: number };
}

/** "ok", or the code of the error that whoever asks gets. */
export type Outcome = string;

const LEASE_MS = 30_000;
const MAY_HOLD: readonly ModelState[] = ["cleaning", "reverting", "failed", "reverted", "revert-failed"];

/** How it all stands before anything happens. */
export interface Beginning {
	migration: ModelMigrationState;
	/** Of each node its run's state. */
	runs: readonly ModelState[];
	maxUnavailable: number;
	maxFailures: number;
}

export function newWorld({ migration: state, runs, maxUnavailable, maxFailures }: Beginning, nowMs: number): World {
	return {
		nowMs,
		leases: [],
		migration: { state, why: null, version: 0, maxUnavailable, maxFailures },
		runs: runs.map((one, position) => ({
			...newRun(`run0000${position + 1}`, `node${position + 1}`, position, 1),
			began: one,
			state: one,
		})),
	};
}

export function newRun(id: string, node: string, position: number, attempt: number): ModelRun {
	return {
		id,
		node,
		position,
		attempt,
		began: "queued",
		state: "queued",
		version: 0,
		lease: null,
		leaseUntilMs: null,
		fence: 0,
		called: false,
		failureSeen: false,
		cordoned: false,
		logBytes: 0,
		events: [],
	};
}

export function runOf(world: World, id: string): ModelRun {
	const run = world.runs.find((one) => one.id === id);
	if (!run) throw new Error(`the model has no run ${id}`);
	return run;
}

/** A state of the run's becomes another, with the one event that says so. */
export function move(run: ModelRun, to: ModelState, code: string): void {
	run.events.push({ code, from: run.state, to });
	run.state = to;
	run.version += 1;
}

export function claimed(world: World, runId: string, states: readonly ModelState[]): Outcome {
	const run = runOf(world, runId);
	const free = run.lease === null || (run.leaseUntilMs ?? 0) < world.nowMs;
	if (!free || !states.includes(run.state)) return "not free";
	run.fence = 1 + Math.max(...world.runs.map((one) => one.fence));
	run.lease = world.leases.push({ runId, over: false, released: false }) - 1;
	run.leaseUntilMs = world.nowMs + LEASE_MS;
	return `fence ${run.fence}`;
}

/** The run that this lease is good for; null where it is worth nothing any more. */
function heldBy(world: World, lease: number): ModelRun | null {
	const run = runOf(world, world.leases[lease]?.runId ?? "");
	return run.lease === lease ? run : null;
}

export function renewed(world: World, lease: number): Outcome {
	const holder = world.leases[lease];
	const run = holder?.over ? null : heldBy(world, lease);
	if (run) run.leaseUntilMs = world.nowMs + LEASE_MS;
	else if (holder) holder.over = true;
	return run ? "kept" : "gone";
}

export function released(world: World, lease: number): Outcome {
	const holder = world.leases[lease];
	if (holder && !holder.released) {
		const run = heldBy(world, lease);
		if (run) free(run);
		holder.released = true;
		holder.over = true;
	}
	return "ok";
}

/** The console was killed and another begins on the same database: nobody holds anything, whatever who lives on believes. */
export function restarted(world: World): Outcome {
	for (const run of world.runs) free(run);
	return "ok";
}

export function transitioned(world: World, lease: number, from: ModelState, to: ModelState): Outcome {
	const run = heldBy(world, lease);
	if (!run) return "engine.lease-lost";
	if (run.state !== from || !runMayFollow(from, to)) {
		run.events.push({ code: "transition.refused", from, to, found: run.state });
		return "engine.transition-refused";
	}
	move(run, to, "run.cleaning");
	if (MAY_HOLD.includes(to)) world.migration.version += 1;
	if (ENDED.includes(to)) free(run);
	return "ok";
}

/** Something that a holder may write, and nobody else. */
export function written(world: World, lease: number, write: (run: ModelRun) => void): Outcome {
	const run = heldBy(world, lease);
	if (!run) return "engine.lease-lost";
	write(run);
	return "ok";
}

function free(run: ModelRun): void {
	run.lease = null;
	run.leaseUntilMs = null;
}
