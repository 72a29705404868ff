import type { MigrationDetail } from "./contracts/migration.ts";
import type { Gate } from "./contracts/rollout.ts";
import type { RunView } from "./contracts/run.ts";
import { askedGate } from "./gates.ts";
import { currentTurn, hasBegun, isOver, type Wave, type WaveRun, wavesOf } from "./rollout-waves.ts";
import { latestRuns } from "./run-grid.ts";
import { isInWindow, windowOpensAt } from "./time-window.ts";
import { hasBeenOut } from "./went-out.ts";

export type WaveItem =
	| {
			kind: "wave";
			key: string;
			wave: Wave["kind"];
			number: number;
			total: number;
			/** Came to an end, well or not. */
			ended: number;
			/** `paused` and `held` are the migration's own: what is out there goes on, and nobody follows. */
			state: "waiting" | "running" | "paused" | "held" | "done" | "failed";
	  }
	/** `asking`: the migration is paused with it. */
	| { kind: "gate"; key: string; gate: Gate; state: "ahead" | "asking" | "passed" };

export interface WaveLineView {
	items: WaveItem[];
	currentKey: string | null;
	/** Why nobody goes out although nothing failed and nobody paused it; `untilMs` is since 1970, null where nobody can tell. */
	wait: { why: "soak" | "pause" | "window"; untilMs: number | null } | null;
}

const FAILED = ["failed", "reverted", "revert-failed"];

/** What says where each node stands in its rollout: its newest attempt. Pure. */
export function waveRuns(runs: readonly RunView[]): (WaveRun & { run: RunView })[] {
	return latestRuns(runs).map(({ run }) => ({
		run,
		nodeId: run.nodeId,
		// A further attempt that could not even be planned is one that failed.
		state: run.state === "skipped" && run.attempt > 1 ? "failed" : run.state,
		position: run.position,
		controlPlane: run.controlPlane,
		endedMs: run.endedAt === null ? null : Date.parse(run.endedAt),
		wentOut: hasBeenOut(run.steps),
	}));
}

export interface RunsOfWave {
	/** Null: left out, in no wave. */
	wave: Pick<Wave, "kind" | "number"> | null;
	runs: RunView[];
}

/** Runs by the wave they go in, in the order of the waves; those that no wave has (left out) last, under null. Only waves with some of them. */
export function runsByWave({ migration, runs }: Pick<MigrationDetail, "migration" | "runs">, shown: readonly RunView[]): RunsOfWave[] {
	const waves = wavesOf(waveRuns(runs), migration.policy.rollout, migration.direction);
	const waveOf = new Map(waves.flatMap((wave) => wave.runs.map(({ nodeId }) => [nodeId, wave] as const)));
	return [...waves, null]
		.map((wave) => ({ wave, runs: shown.filter((run) => (waveOf.get(run.nodeId) ?? null) === wave) }))
		.filter((group) => group.runs.length > 0);
}

/** How a migration goes over its nodes, in order, and where it stands at `nowMs`; 0 = not known yet. Pure. */
export function waveLine({ migration, runs }: Pick<MigrationDetail, "migration" | "runs">, nowMs: number): WaveLineView {
	const { rollout } = migration.policy;
	const waves = wavesOf(waveRuns(runs), rollout, migration.direction);
	const turn = currentTurn(waves, rollout, migration.passed);
	const stateOf = (gate: Gate) => {
		if (migration.passed.includes(gate)) return "passed";
		return askedGate(migration) === gate ? "asking" : "ahead";
	};
	const currentKey = turn && migration.state !== "draft" && migration.state !== "scheduled" ? keyOf(turn.wave) : null;
	// A question stands before its wave and says itself that it asks.
	const halted = (migration.state === "paused" && askedGate(migration) === null) || migration.state === "held" ? migration.state : null;
	const items = waves.flatMap((wave, index): WaveItem[] => {
		const before = waves[index - 1];
		const gates: Gate[] = [
			...(before?.kind === "canary" && rollout.canary?.ask ? ["canary" as const] : []),
			...(wave.kind === "control-plane" && wave.number === 1 && rollout.askBeforeControlPlane ? ["control-plane" as const] : []),
		];
		return [
			...gates.map((gate): WaveItem => ({ kind: "gate", key: `gate-${gate}`, gate, state: stateOf(gate) })),
			itemOf(wave, keyOf(wave) === currentKey ? halted : null),
		];
	});
	return { items, currentKey, wait: migration.state === "running" && nowMs > 0 ? waitOf() : null };

	function waitOf(): WaveLineView["wait"] {
		if (!turn || migration.policy.prepareOnly) return null;
		if (turn.opensMs !== null && nowMs < turn.opensMs) {
			const index = waves.indexOf(turn.wave);
			const previous = waves.slice(0, index).findLast(hasBegun);
			return { why: previous?.kind === "canary" ? "soak" : "pause", untilMs: turn.opensMs };
		}
		const { window } = rollout;
		if (window && !isInWindow(window, nowMs)) return { why: "window", untilMs: windowOpensAt(window, nowMs) };
		return null;
	}
}

function keyOf(wave: Wave): string {
	return `${wave.kind}-${wave.number}`;
}

function itemOf(wave: Wave, halted: "paused" | "held" | null): WaveItem {
	const ended = wave.runs.filter((run) => run.endedMs !== null).length;
	const failed = wave.runs.some((run) => FAILED.includes(run.state));
	const state = isOver(wave) ? (failed ? "failed" : "done") : (halted ?? (hasBegun(wave) ? "running" : "waiting"));
	return { kind: "wave", key: keyOf(wave), wave: wave.kind, number: wave.number, total: wave.runs.length, ended, state };
}

/** Shown at once: of many batches those around the current one. */
const MOST_ITEMS = 9;

/** The part of a long line around where it stands, with how many are left out on both sides. */
export function shownItems({ items, currentKey }: WaveLineView): { shown: WaveItem[]; before: number; after: number } {
	const current = Math.max(
		0,
		items.findIndex((item) => item.key === currentKey),
	);
	const begin = Math.max(0, Math.min(current - 3, items.length - MOST_ITEMS));
	const shown = items.slice(begin, begin + MOST_ITEMS);
	return { shown, before: begin, after: items.length - begin - shown.length };
}
