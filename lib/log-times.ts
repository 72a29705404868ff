import type { LogLines } from "./log-lines.ts";

/** What stands before a log's lines: nothing, the seconds since the first step, or the time of day. */
export const LOG_TIMES = ["off", "elapsed", "clock"] as const;
export type LogTimes = (typeof LOG_TIMES)[number];

/** The stored choice where it is one of ours, else none. `true` was stored while seconds were all there was. */
export function chooseLogTimes(stored: unknown): LogTimes {
	return LOG_TIMES.find((choice) => choice === stored) ?? (stored === true ? "elapsed" : "off");
}

/** The one after this, round and round: what the key does. */
export function nextLogTimes(now: LogTimes): LogTimes {
	return LOG_TIMES[(LOG_TIMES.indexOf(now) + 1) % LOG_TIMES.length] ?? "off";
}

/** When a line was written, in milliseconds since 1970 by the console's clock. */
export interface LineTime {
	atMs: number;
	/** False where the record has this very moment. */
	estimated: boolean;
}

/** Of a run's step, what its record has. */
interface RecordedStep {
	id: string;
	startedAt: string | null;
	logLine: number | null;
}

/** Where a step begins in the log. */
interface Anchor {
	index: number;
	uptimeS: number;
	/** Null where the record has none, or has it from a console that heard of the step only later. */
	recordedMs: number | null;
	/** When the node's uptime was 0; infinite where nothing is known of that boot. */
	zeroMs: number;
}

/** A console reads a log every second or two, and two clocks drift apart a little: what is on record later than this was not seen live. */
const LATE_MS = 10_000;

/**
 * Tells the time of day of a log's lines, by their indexes. The first line of a step has the one that is on record for its start; from there
 * the node's uptime counts, which the markers tell. A step of which the console heard late is told by those before it in the same boot. Null
 * where nothing is known. Made from the steps alone; a line costs a look-up.
 */
export function lineTimes(lines: LogLines, steps: readonly RecordedStep[]): (index: number) => LineTime | null {
	const anchors = findAnchors(lines, steps);
	return (index) => {
		const line = lines.lines[index];
		if (!line) return null;
		const at = lastAtOrBefore(anchors, index);
		const anchor = anchors[Math.max(0, at)];
		if (!anchor) return null;
		if (index === anchor.index && anchor.recordedMs !== null) return { atMs: anchor.recordedMs, estimated: false };
		const { uptimeS } = line;
		// Without a step's begin between them a smaller uptime is another boot's, of which nothing is on record.
		if (uptimeS === null || (at < 0 ? uptimeS > anchor.uptimeS : uptimeS < anchor.uptimeS)) return null;
		const atMs = anchor.zeroMs + uptimeS * 1_000;
		if (!Number.isFinite(atMs)) return null;
		// A step that was heard of a moment later than the next one was does not end after that.
		return { atMs: Math.min(atMs, anchors[at + 1]?.recordedMs ?? atMs), estimated: true };
	};
}

function findAnchors(lines: LogLines, steps: readonly RecordedStep[]): Anchor[] {
	const starts = new Map(steps.map((step) => [step.logLine, step]));
	const anchors: Anchor[] = [];
	/** By the steps of this boot so far. */
	let earliestMs = Number.POSITIVE_INFINITY;
	for (const { begin, step } of lines.sections) {
		const uptimeS = lines.lines[begin]?.uptimeS ?? Number.NaN;
		if (!Number.isFinite(uptimeS)) continue;
		if (uptimeS < (anchors.at(-1)?.uptimeS ?? 0)) earliestMs = Number.POSITIVE_INFINITY;
		const start = starts.get(lines.numberOf(begin));
		const recordedMs = start?.id === step && start.startedAt !== null ? Date.parse(start.startedAt) : Number.POSITIVE_INFINITY;
		const ownMs = recordedMs - uptimeS * 1_000;
		const seenLive = Number.isFinite(ownMs) && ownMs - earliestMs <= LATE_MS;
		earliestMs = Math.min(earliestMs, ownMs);
		anchors.push({ index: begin, uptimeS, recordedMs: seenLive ? recordedMs : null, zeroMs: seenLive ? ownMs : earliestMs });
	}
	// What is before the first one on record is told by that.
	let after: Anchor | undefined;
	for (const anchor of anchors.toReversed()) {
		if (anchor.zeroMs === Number.POSITIVE_INFINITY && after && anchor.uptimeS <= after.uptimeS) anchor.zeroMs = after.zeroMs;
		after = anchor;
	}
	return anchors;
}

/** Place of the last anchor that is not after this line; -1 where all are. */
function lastAtOrBefore(anchors: readonly Anchor[], index: number): number {
	let from = 0;
	let to = anchors.length;
	while (from < to) {
		const middle = (from + to) >> 1;
		if ((anchors[middle]?.index ?? 0) <= index) from = middle + 1;
		else to = middle;
	}
	return from - 1;
}
