import { anotherTry } from "./another-try.ts";
import type { Policy } from "./contracts/plan.ts";
import type { MigrationView, RunView } from "./contracts/run.ts";
import { atMost } from "./rollout-share.ts";
import { wavesOf } from "./rollout-waves.ts";
import { latestRuns } from "./run-grid.ts";
import { isBlocked, isFinalRun, isOutRun, runStatus } from "./run-status.ts";
import { waveRuns } from "./wave-line.ts";

/** How far a migration is, over the newest attempt of each node. */
export interface RunCounts {
	total: number;
	done: number;
	running: number;
	/** Out, and their drain does not go on. */
	blocked: number;
	/** Should be running, and has not answered for too long; none at a moment that is not known. */
	unknown: number;
	failed: number;
	waiting: number;
	/** Went over or ended otherwise: cancelled, never started. */
	ended: number;
	excluded: number;
	/** Ours, between cordon and verified. */
	out: number;
}

/** `nowMs` by the console's clock; 0 = not known. */
export function countRuns(runs: readonly RunView[], nowMs = 0): RunCounts {
	const counts: RunCounts = { total: 0, done: 0, running: 0, blocked: 0, unknown: 0, failed: 0, waiting: 0, ended: 0, excluded: 0, out: 0 };
	for (const { run } of latestRuns(runs)) {
		counts.total += 1;
		if (isOutRun(run)) counts.out += 1;
		if (run.state === "done") counts.done += 1;
		else if (run.state === "failed" || run.state === "reverted" || run.state === "revert-failed") counts.failed += 1;
		else if (run.state === "skipped") counts.excluded += 1;
		else if (isFinalRun(run)) counts.ended += 1;
		else if (run.state === "queued" || run.state === "prepared") counts.waiting += 1;
		else if (isBlocked(run)) counts.blocked += 1;
		else if (nowMs > 0 && runStatus(run, nowMs).code === "unknown") counts.unknown += 1;
		else counts.running += 1;
	}
	return counts;
}

/** What the end band and the head offer, by the newest attempt of each node. */
export function retryable(runs: readonly RunView[]): { failed: number; notStarted: number } {
	const newest = latestRuns(runs).map(({ run }) => run);
	return {
		failed: newest.filter((run) => anotherTry(run) === "failed").length,
		notStarted: newest.filter((run) => anotherTry(run) === "not-started").length,
	};
}

/** How many nodes may be out at once: a share is one of those that go. */
export function mostOut(policy: Pick<Policy, "maxUnavailable">, runs: readonly RunView[]): number {
	return atMost(policy.maxUnavailable, latestRuns(runs).filter(({ run }) => run.state !== "skipped").length);
}

interface Crowd {
	migration: Pick<MigrationView, "policy" | "withoutApi" | "direction">;
	runs: readonly RunView[];
	/** Nodes of the cluster that are not ready or cordoned now. */
	unavailable: readonly string[];
}

/**
 * The nodes that are out by no doing of this migration, where they leave no place for any of its own: then nothing ever goes out unless a
 * person does something. Empty where something may.
 */
export function crowdedOut({ migration: { policy, withoutApi, direction }, runs, unavailable }: Crowd): string[] {
	if (policy.prepareOnly || withoutApi) return [];
	const newest = latestRuns(runs).map(({ run }) => run);
	if (newest.some(isOutRun)) return [];
	// A node that is out already takes no further place when it goes out itself.
	const most = mostOut(policy, runs);
	const mayGo = (run: RunView) => unavailable.length + (unavailable.includes(run.nodeName) ? 0 : 1) <= most;
	const waves = wavesOf(waveRuns(runs), policy.rollout, direction);
	// Nobody goes before the one whose turn it is.
	const next = waves.flatMap((wave) => wave.runs).find(({ state }) => ["queued", "preparing", "prepared"].includes(state));
	return next === undefined || mayGo(next.run) ? [] : [...unavailable];
}

/** Runs that a person has to look at, worst first. */
export function needsYou(runs: readonly RunView[], nowMs: number): RunView[] {
	const rank: Record<string, number> = { "revert-failed": 0, held: 1, reverted: 2, failed: 3, "drain-blocked": 4 };
	return latestRuns(runs)
		.map(({ run }) => ({ run, status: runStatus(run, nowMs) }))
		.filter(({ status }) => status.needsYou)
		.sort((a, b) => (rank[a.status.code] ?? 9) - (rank[b.status.code] ?? 9) || a.run.position - b.run.position)
		.map(({ run }) => run);
}

/** Problems first, then what runs, then what waits, then what is done. */
export function problemsFirst(runs: readonly RunView[], nowMs: number): RunView[] {
	const rank = (run: RunView) => {
		const status = runStatus(run, nowMs);
		if (status.needsYou) return 0;
		if (status.code === "unknown" || run.state === "reverting" || run.state === "cleaning") return 1;
		if (!isFinalRun(run) && run.state !== "queued" && run.state !== "prepared") return 2;
		if (!isFinalRun(run)) return 3;
		return run.state === "done" ? 5 : 4;
	};
	return [...runs].sort((a, b) => rank(a) - rank(b) || a.position - b.position);
}
