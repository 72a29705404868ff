import type { Trend } from "./contracts/overview.ts";
import type { RuntimeCounts } from "./runtime-counts.ts";

export interface TrendStep extends RuntimeCounts {
	/** Milliseconds since 1970; what it says holds until the next step. */
	atMs: number;
}

/** Steps that a chart draws at most: more than that no eye tells apart. */
const MOST_STEPS = 240;

/**
 * The clusters' records as one, from the begin of the span (or of the record, where that is younger) to now. Where there are too many
 * steps to draw, the last one of each of `most` equal parts of the span stays. Empty without any record.
 */
export function trendSteps({ from, now, clusters }: Trend, most = MOST_STEPS): TrendStep[] {
	const [fromMs, nowMs] = [Date.parse(from), Date.parse(now)];
	const changes = clusters
		.flatMap(({ id, points }) => points.map((point) => ({ id, point, atMs: Math.max(fromMs, Date.parse(point.at)) })))
		.sort((one, other) => one.atMs - other.atMs);
	const current = new Map<string, RuntimeCounts>();
	const steps: TrendStep[] = [];
	for (const { id, point, atMs } of changes) {
		current.set(id, point);
		const step = { atMs, ...sum(current.values()) };
		if (steps.at(-1)?.atMs === atMs) steps[steps.length - 1] = step;
		else steps.push(step);
	}
	const first = steps[0];
	const last = steps.at(-1);
	if (!first || !last) return [];
	const drawn = steps.length > most ? coarse(steps, most, (nowMs - first.atMs) / most) : steps;
	return last.atMs < nowMs ? [...drawn, { ...last, atMs: nowMs }] : drawn;
}

function coarse(steps: readonly TrendStep[], most: number, partMs: number): TrendStep[] {
	const begin = steps[0]?.atMs ?? 0;
	const parts = new Map<number, TrendStep>();
	for (const step of steps) parts.set(Math.min(most - 1, Math.floor((step.atMs - begin) / partMs)), step);
	const [first] = steps;
	const kept = [...parts.values()];
	return first && kept[0] !== first ? [first, ...kept] : kept;
}

function sum(all: Iterable<RuntimeCounts>): RuntimeCounts {
	const total = { docker: 0, containerd: 0, other: 0 };
	for (const { docker, containerd, other } of all) {
		total.docker += docker;
		total.containerd += containerd;
		total.other += other;
	}
	return total;
}
