import type { MigrationView, RunView } from "./contracts/run.ts";
import { type NodeTimes, RULE_OF_THUMB, rangeOf, type TimeRange, timesOf, timeTaken } from "./estimate.ts";
import { rolloutMs, type TimedRun } from "./rollout-time.ts";
import { currentTurn, wavesOf } from "./rollout-waves.ts";
import { latestRuns } from "./run-grid.ts";
import { waveRuns } from "./wave-line.ts";
import { wentOutMs } from "./went-out.ts";

export interface TimeLeft extends TimeRange {
	/** What it rests on: this migration's own nodes, those of others before it, or a rule of thumb. */
	by: "own" | "past" | "thumb";
}

interface UnderWay {
	migration: Pick<MigrationView, "policy" | "direction" | "state" | "passed">;
	/** Every attempt. */
	runs: readonly RunView[];
	/** What nodes took before (GET /migrations/:id/durations); null where none has gone. */
	past: NodeTimes | null;
	nowMs: number;
}

/**
 * How long the rest of a migration takes if nothing fails and nobody is asked, by its policy and by how long its own nodes took, as far as
 * any is done. Null where nothing is left, and where it does not go on by itself: what waits for a person has no end that could be told. Pure.
 */
export function timeLeft({ migration, runs, past, nowMs }: UnderWay): TimeLeft | null {
	if (migration.state !== "running") return null;
	const { policy, direction, passed } = migration;
	const own = ownTimes(runs);
	const timed = waveRuns(runs).map(({ run, ...where }): TimedRun => ({ ...where, ...elapsed(run, nowMs) }));
	const waves = wavesOf(timed, policy.rollout, direction);
	const opensMs = currentTurn(waves, policy.rollout, passed)?.opensMs ?? null;
	const opensInMs = opensMs === null ? 0 : Math.max(0, opensMs - nowMs);
	const left = rangeOf(own ?? past ?? RULE_OF_THUMB, (each) => rolloutMs({ waves, policy, opensInMs }, each));
	return left.maxMs === 0 ? null : { ...left, by: own ? "own" : past ? "past" : "thumb" };
}

/** How long a migration's own nodes took; null while none of them is done. Pure. */
export function ownTimes(runs: readonly RunView[]): NodeTimes | null {
	const taken = latestRuns(runs).flatMap(({ run: { state, endedAt, steps } }) =>
		state === "done" && endedAt !== null ? (timeTaken(steps, Date.parse(endedAt)) ?? []) : [],
	);
	return taken.length > 0 ? timesOf(taken) : null;
}

function elapsed({ startedAt, steps }: RunView, nowMs: number): Pick<TimedRun, "preparingMs" | "outMs"> {
	const since = (ms: number | null) => (ms === null ? null : Math.max(0, nowMs - ms));
	return { preparingMs: since(startedAt === null ? null : Date.parse(startedAt)), outMs: since(wentOutMs(steps)) };
}
