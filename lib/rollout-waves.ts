import type { Direction } from "./contracts/plan.ts";
import type { Gate, RolloutPolicy } from "./contracts/rollout.ts";
import type { RunState } from "./contracts/run.ts";
import { atLeast } from "./rollout-share.ts";
import { FINAL_RUN_STATES, OUT_RUN_STATES } from "./run-states.ts";

/** What of a run says where it stands in its rollout: the newest attempt of a node. */
export interface WaveRun {
	nodeId: string;
	state: RunState;
	position: number;
	controlPlane: boolean;
	/** Milliseconds since 1970; null while it has not ended. */
	endedMs: number | null;
	/** Whether it has been out, where its state does not say it: who fails or is cleaned up may only have been prepared. Default true. */
	wentOut?: boolean;
}

export interface Wave<R extends WaveRun = WaveRun> {
	kind: "canary" | "batch" | "control-plane";
	/** Among those of its kind, from 1. */
	number: number;
	runs: R[];
}

type Shape = Pick<RolloutPolicy, "canary" | "batchSize">;

const FINAL: readonly RunState[] = FINAL_RUN_STATES;
const OUT: readonly RunState[] = OUT_RUN_STATES;
/** Ended without having been out. */
const UNTOUCHED: readonly RunState[] = ["not-started", "skipped", "cancelled"];
/** Reached from preparing and from draining. */
const UNCLEAR: readonly RunState[] = ["failed", "cleaning"];

/**
 * Who goes with whom, by what the runs are and not by what was stored: canaries, workers in batches, and each control plane node by itself.
 * A migration goes in this order, a rollback in the reverse one: control plane nodes went last and come back first. Excluded nodes are in none.
 */
export function wavesOf<R extends WaveRun>(runs: readonly R[], shape: Shape, direction: Direction): Wave<R>[] {
	const going = runs.filter((run) => run.state !== "skipped").sort((a, b) => a.position - b.position);
	const workers = going.filter((run) => !run.controlPlane);
	const canaries = new Set(canariesOf(workers, shape, going.length));
	const rest = workers.filter((run) => !canaries.has(run));
	const size = shape.batchSize === null ? Math.max(1, rest.length) : atLeast(shape.batchSize, going.length);
	const batches = Array.from({ length: Math.ceil(rest.length / size) }, (_, index) => rest.slice(index * size, (index + 1) * size));
	const ofWorkers: Wave<R>[] = [
		...(canaries.size > 0 ? [{ kind: "canary" as const, number: 1, runs: [...canaries] }] : []),
		...batches.map((batch, index) => ({ kind: "batch" as const, number: index + 1, runs: batch })),
	];
	const ofControlPlane = going
		.filter((run) => run.controlPlane)
		.map((run, index): Wave<R> => ({ kind: "control-plane", number: index + 1, runs: [run] }));
	return direction === "migrate" ? [...ofWorkers, ...ofControlPlane] : [...ofControlPlane, ...ofWorkers];
}

function canariesOf<R extends WaveRun>(workers: readonly R[], { canary }: Shape, total: number): R[] {
	if (canary === null) return [];
	// Those that were named and cannot go are not replaced by others that nobody named.
	if (canary.nodeIds.length > 0) return workers.filter((run) => canary.nodeIds.includes(run.nodeId));
	return workers.slice(0, atLeast(canary.nodes, total));
}

/** Whether all of a wave have come to an end. */
export function isOver(wave: Wave): boolean {
	return wave.runs.every((run) => FINAL.includes(run.state));
}

/** Whether one of a wave has gone out. */
export function hasBegun(wave: Wave): boolean {
	return wave.runs.some(
		({ state, wentOut = true }) =>
			(OUT.includes(state) || state === "finishing" || (FINAL.includes(state) && !UNTOUCHED.includes(state))) &&
			(wentOut || !UNCLEAR.includes(state)),
	);
}

export interface Turn<R extends WaveRun = WaveRun> {
	wave: Wave<R>;
	/** Milliseconds since 1970, of the soak's or the pause's end; null where there is nothing to wait for. */
	opensMs: number | null;
	/** What a person has to answer before it begins. */
	gate: Gate | null;
}

/** The first wave that is not over, and what is between it and the one before; null where all are. */
export function currentTurn<R extends WaveRun>(
	waves: readonly Wave<R>[],
	policy: Pick<RolloutPolicy, "canary" | "pauseS" | "askBeforeControlPlane">,
	passed: readonly Gate[],
): Turn<R> | null {
	const index = waves.findIndex((wave) => !isOver(wave));
	const wave = waves[index];
	if (!wave) return null;
	const before = waves.slice(0, index);
	if (hasBegun(wave)) return { wave, opensMs: null, gate: null };
	const previous = before.findLast(hasBegun);
	const ends = previous?.runs.flatMap((run) => run.endedMs ?? []) ?? [];
	const restS = previous?.kind === "canary" ? (policy.canary?.soakS ?? 0) : policy.pauseS;
	const opensMs = ends.length > 0 && restS > 0 ? Math.max(...ends) + restS * 1_000 : null;
	return { wave, opensMs, gate: gateBefore(wave, before, waves.slice(index + 1), policy).find((gate) => !passed.includes(gate)) ?? null };
}

function gateBefore(
	wave: Wave,
	before: readonly Wave[],
	after: readonly Wave[],
	{ canary, askBeforeControlPlane }: Pick<RolloutPolicy, "canary" | "askBeforeControlPlane">,
): Gate[] {
	// Where no canary has shown anything, because it could not go or was called back, nobody else goes without a person's word.
	const proven = before.some((one) => one.kind === "canary" && hasBegun(one));
	// A rollback takes the control plane back before its canaries, so that theirs is not asked yet.
	const ahead = wave.kind === "canary" || after.some((one) => one.kind === "canary");
	const afterCanary = canary !== null && !ahead && (canary.ask || !proven);
	const first = wave.kind === "control-plane" && !before.some((one) => one.kind === "control-plane" && hasBegun(one));
	return [...(afterCanary ? ["canary" as const] : []), ...(first && askBeforeControlPlane ? ["control-plane" as const] : [])];
}
