import type { Direction, Policy } from "./contracts/plan.ts";
import { atMost } from "./rollout-share.ts";
import { restAfterMs, rolloutMs } from "./rollout-time.ts";
import { type Wave, type WaveRun, wavesOf } from "./rollout-waves.ts";
import { wentOutMs } from "./went-out.ts";

/** Milliseconds. */
export interface TimeRange {
	minMs: number;
	maxMs: number;
}

/** How long one node takes: to prepare, and from its cordon to its end. */
export interface NodeTimes {
	prepare: TimeRange;
	out: TimeRange;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Where no node has gone yet: a rule of thumb, named as one wherever it is shown (docs/estimate.md). */
export const RULE_OF_THUMB: NodeTimes = {
	prepare: { minMs: 20 * SECOND, maxMs: 4 * MINUTE },
	out: { minMs: 90 * SECOND, maxMs: 8 * MINUTE },
};

interface Estimate extends TimeRange {
	/** Of it, soak and pauses: the policy's own, the same in both. */
	restMs: number;
	/** Questions on the way, whose waits nobody can tell; they are no part of it. */
	questions: number;
	waves: number;
	/** At least so many one after the other. */
	rounds: number;
}

interface Planned {
	/** The newest attempts. */
	runs: readonly WaveRun[];
	policy: Pick<Policy, "maxUnavailable" | "prepareOnly" | "rollout">;
	direction: Direction;
	times: NodeTimes;
}

/**
 * How long a migration takes from its start to its end if nothing fails and nobody is asked. Hours of the policy, failures and answers come
 * on top. Null where no node goes. Pure.
 */
export function estimate({ runs, policy, direction, times }: Planned): Estimate | null {
	const { rollout, prepareOnly } = policy;
	const waves = wavesOf(
		runs.map((run) => ({ ...run, preparingMs: null, outMs: null })),
		rollout,
		direction,
	);
	const going = waves.reduce((sum, wave) => sum + wave.runs.length, 0);
	if (going === 0) return null;
	const range = rangeOf(times, (each) => rolloutMs({ waves, policy, opensInMs: 0 }, each));
	if (prepareOnly) return { ...range, restMs: 0, questions: 0, waves: 0, rounds: Math.ceil(going / rollout.prepareConcurrency) };
	const most = atMost(policy.maxUnavailable, going);
	const placesOf = (wave: Wave) => (wave.kind === "control-plane" ? 1 : most);
	const rounds = waves.reduce((sum, wave) => sum + Math.ceil(wave.runs.length / placesOf(wave)), 0);
	return {
		...range,
		restMs: waves.slice(0, -1).reduce((sum, wave) => sum + restAfterMs(wave, rollout), 0),
		questions: questionsOf(waves, rollout),
		waves: waves.length,
		rounds,
	};
}

function questionsOf(waves: readonly Wave[], { canary, askBeforeControlPlane }: Policy["rollout"]): number {
	const afterCanary = canary?.ask && waves.some((wave, index) => wave.kind === "canary" && index < waves.length - 1);
	const beforeControlPlane = askBeforeControlPlane && waves.some((wave) => wave.kind === "control-plane");
	return Number(afterCanary ?? false) + Number(beforeControlPlane);
}

/** From all nodes being as quick to all being as slow as these. Pure. */
export function rangeOf({ prepare, out }: NodeTimes, of: (each: { prepareMs: number; outMs: number }) => number): TimeRange {
	return { minMs: of({ prepareMs: prepare.minMs, outMs: out.minMs }), maxMs: of({ prepareMs: prepare.maxMs, outMs: out.maxMs }) };
}

/**
 * How long a node took that ended at `endedMs`; waits between prepare and drain are no part of it. Null where it is not known when it went
 * out. Pure.
 */
export function timeTaken(
	steps: readonly { phase: string; startedAt: string | Date | null; durationMs: number | null }[],
	endedMs: number,
): { prepareMs: number; outMs: number } | null {
	const wentMs = wentOutMs(steps);
	if (wentMs === null) return null;
	const prepareMs = steps.reduce((sum, step) => sum + (step.phase === "prepare" ? (step.durationMs ?? 0) : 0), 0);
	return { prepareMs, outMs: Math.max(0, endedMs - wentMs) };
}

/** What nodes take by what these took. Pure. */
export function timesOf(taken: readonly { prepareMs: number; outMs: number }[]): NodeTimes {
	return { prepare: spread(taken.map(({ prepareMs }) => prepareMs)), out: spread(taken.map(({ outMs }) => outMs)) };
}

/** From the tenth to the ninetieth of a hundred: what is rare says little of the next ones. 0 to 0 of nothing. Pure. */
export function spread(values: readonly number[]): TimeRange {
	const sorted = [...values].sort((one, other) => one - other);
	const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
	return { minMs: at(0.1), maxMs: at(0.9) };
}
