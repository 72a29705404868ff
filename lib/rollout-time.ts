import type { Policy } from "./contracts/plan.ts";
import { atMost } from "./rollout-share.ts";
import { isOver, type Wave, type WaveRun } from "./rollout-waves.ts";
import { FINAL_RUN_STATES } from "./run-states.ts";

/** A node of a rollout, and how long it has been at it. Milliseconds. */
export interface TimedRun extends WaveRun {
	/** Since it began to prepare; null where it has not begun. */
	preparingMs: number | null;
	/** Since its cordon; null where it has not gone out. */
	outMs: number | null;
}

/** How long a node takes to prepare, and from its cordon to its end. Milliseconds. */
interface NodeTime {
	prepareMs: number;
	outMs: number;
}

interface Rollout {
	waves: readonly Wave<TimedRun>[];
	policy: Pick<Policy, "maxUnavailable" | "prepareOnly" | "rollout">;
	/** Until the first wave that is not over may begin: what is left of the soak or the pause before it. Milliseconds. */
	opensInMs: number;
}

const FINAL: readonly string[] = FINAL_RUN_STATES;
const BEFORE: readonly string[] = ["queued", "preparing", "prepared"];

/**
 * How long a rollout takes from where it stands to its end, each node taking so long: waves one after the other with soak and pauses between
 * them, as many nodes of a wave at once as may be out; preparing goes ahead, so many at once. Failures, answers and the policy's hours are no
 * part of it. Milliseconds; 0 where nothing is left. Pure.
 */
export function rolloutMs({ waves, policy, opensInMs }: Rollout, each: NodeTime): number {
	const all = waves.flatMap((wave) => wave.runs);
	const preparedMs = prepared(all, policy.rollout.prepareConcurrency, each.prepareMs);
	if (policy.prepareOnly) return Math.max(0, ...preparedMs.values());
	const most = atMost(policy.maxUnavailable, all.length);
	let opensMs = opensInMs;
	let endMs = 0;
	for (const wave of waves) {
		if (isOver(wave)) continue;
		endMs = waveEndMs(wave, { places: most, opensMs, preparedMs, outMs: each.outMs });
		opensMs = endMs + restAfterMs(wave, policy.rollout);
	}
	return endMs;
}

/** What the policy has nobody do between a wave's end and the next one's begin. Pure. */
export function restAfterMs({ kind }: Wave, { canary, pauseS }: Policy["rollout"]): number {
	return (kind === "canary" ? (canary?.soakS ?? 0) : pauseS) * 1_000;
}

/** When each node that has still to prepare is prepared, by its id. */
function prepared(runs: readonly TimedRun[], atOnce: number, prepareMs: number): Map<string, number> {
	const lanes = new Lanes(atOnce, 0);
	const ends = new Map<string, number>();
	for (const run of runs.filter(({ state }) => state === "preparing")) {
		ends.set(run.nodeId, lanes.occupy(Math.max(0, prepareMs - (run.preparingMs ?? 0))));
	}
	for (const run of runs.filter(({ state }) => state === "queued")) ends.set(run.nodeId, lanes.next(0, prepareMs));
	return ends;
}

interface WaveTimes {
	places: number;
	opensMs: number;
	preparedMs: ReadonlyMap<string, number>;
	outMs: number;
}

function waveEndMs(wave: Wave<TimedRun>, { places, opensMs, preparedMs, outMs }: WaveTimes): number {
	const open = wave.runs.filter((run) => !FINAL.includes(run.state));
	const waiting = open.filter((run) => BEFORE.includes(run.state)).sort((one, other) => one.position - other.position);
	const lanes = new Lanes(Math.min(places, wave.runs.length), opensMs);
	const ends = open
		.filter((run) => !BEFORE.includes(run.state))
		.map((run) => lanes.occupy(Math.max(0, outMs - (run.outMs ?? 0)), { place: run.state !== "finishing" }));
	// Nobody goes before an earlier one that is still being prepared.
	let readyMs = 0;
	for (const run of waiting) {
		readyMs = Math.max(readyMs, preparedMs.get(run.nodeId) ?? 0);
		ends.push(lanes.next(readyMs, outMs));
	}
	return Math.max(0, ...ends);
}

/** So many at once, each taking the place that is free first. */
class Lanes {
	private readonly free: number[];
	private taken = 0;

	constructor(count: number, fromMs: number) {
		this.free = Array.from({ length: Math.max(1, count) }, () => fromMs);
	}

	/** One that is at it already and ends then. More may be at it than there are places, where they were made fewer. */
	occupy(endMs: number, { place } = { place: true }): number {
		if (place && this.taken < this.free.length) {
			this.free[this.taken] = endMs;
			this.taken += 1;
		}
		return endMs;
	}

	/** One that may begin at `readyMs`; returns when it ends. */
	next(readyMs: number, forMs: number): number {
		const lane = this.free.indexOf(Math.min(...this.free));
		const endMs = Math.max(this.free[lane] ?? 0, readyMs) + forMs;
		this.free[lane] = endMs;
		return endMs;
	}
}
