import type { Direction, Policy } from "./contracts/plan.ts";
import { atMost } from "./rollout-share.ts";
import { type Wave, type WaveRun, wavesOf } from "./rollout-waves.ts";

/** Milliseconds. */
interface TimeRange {
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
 * How long a migration takes from its start to its end if nothing fails and nobody is asked: waves one after the other, as many nodes of a
 * wave at once as may be out, soak and pauses between them; preparing goes ahead, so many at once. Hours of the policy, failures and
 * answers come on top. Null where no node goes. Pure.
 */
export function estimate({ runs, policy, direction, times }: Planned): Estimate | null {
	const { rollout, prepareOnly } = policy;
	const waves = wavesOf(runs, rollout, direction);
	const going = waves.reduce((sum, wave) => sum + wave.runs.length, 0);
	const first = waves[0];
	if (!first) return null;
	const most = atMost(policy.maxUnavailable, going);
	const preparing = (nodes: number) => Math.ceil(nodes / rollout.prepareConcurrency);
	if (prepareOnly) {
		const rounds = preparing(going);
		return { minMs: rounds * times.prepare.minMs, maxMs: rounds * times.prepare.maxMs, restMs: 0, questions: 0, waves: 0, rounds };
	}
	const placesOf = (wave: Wave) => (wave.kind === "control-plane" ? 1 : most);
	const rounds = waves.reduce((sum, wave) => sum + Math.ceil(wave.runs.length / placesOf(wave)), 0);
	const restMs = waves
		.slice(0, -1)
		.reduce((sum, wave) => sum + (wave.kind === "canary" ? (rollout.canary?.soakS ?? 0) : rollout.pauseS) * SECOND, 0);
	const total = (prepareMs: number, outMs: number) => {
		const oneAfterTheOther = preparing(Math.min(first.runs.length, placesOf(first))) * prepareMs + rounds * outMs + restMs;
		// The last to be prepared may keep everybody waiting.
		return Math.max(oneAfterTheOther, preparing(going) * prepareMs + outMs);
	};
	return {
		minMs: total(times.prepare.minMs, times.out.minMs),
		maxMs: total(times.prepare.maxMs, times.out.maxMs),
		restMs,
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

/** From the tenth to the ninetieth of a hundred: what is rare says little of the next ones. 0 to 0 of nothing. Pure. */
export function spread(values: readonly number[]): TimeRange {
	const sorted = [...values].sort((one, other) => one - other);
	const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
	return { minMs: at(0.1), maxMs: at(0.9) };
}
