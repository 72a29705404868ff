import { stripAnsi } from "./ansi.ts";
import { readMarkerValues } from "./marker-values.ts";

/** What a marker line of a run's script says; the lines between are what its commands said. */
export type LineMarker =
	| { kind: "begin"; step: string; uptimeS: number }
	| { kind: "end"; step: string; outcome: "ok" | "skip" | "fail"; uptimeS: number }
	| { kind: "note" | "cause" | "stop"; code: string; values: Record<string, string> }
	| { kind: "revert"; mode: string }
	/** No line of the node's: here this much of the log is not there. */
	| { kind: "left-out"; bytes: number; lines: number };

export interface LogLine {
	text: string;
	marker: LineMarker | null;
	/** By the last marker before it: the node's uptime. Null before the first one. */
	uptimeS: number | null;
}

/** The lines of one step, the markers included: indexes into the lines. `end` null = it has not ended. */
export interface LogSection {
	/** With "revert:" before it on the way back, as in the run's steps. */
	step: string;
	begin: number;
	end: number | null;
	outcome: "ok" | "skip" | "fail" | null;
	durationMs: number | null;
}

const MARKER = "##gantry ";
const NEWLINE = 10;
const EMPTY = new Uint8Array(0);

/**
 * The lines of a log whose bytes come in pieces of any cut: lines are split as bytes, so a character that two pieces share is whole.
 * The last line counts as soon as it has a byte.
 */
export class LogLines {
	readonly lines: LogLine[] = [];
	readonly sections: LogSection[] = [];
	#rest = EMPTY;
	#restShown = false;
	#reverting = false;
	#uptimeS: number | null = null;
	/** Index of the line that stands for what is left out, and the number of the line after it. */
	#gap: { index: number; nextLine: number } | null = null;
	readonly #open = new Map<string, { section: LogSection; uptimeS: number }>();
	readonly #decoder = new TextDecoder("utf-8");

	/** `firstLine`: number of the first line, from 1. */
	constructor(
		private readonly runId: string,
		readonly firstLine = 1,
	) {}

	append(bytes: Uint8Array): void {
		if (bytes.length === 0) return;
		if (this.#restShown) this.lines.pop();
		this.#restShown = false;
		let from = 0;
		for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
			const piece = bytes.subarray(from, end);
			this.#push(this.#rest.length === 0 ? piece : joined(this.#rest, piece));
			this.#rest = EMPTY;
			from = end + 1;
		}
		if (from < bytes.length) this.#rest = joined(this.#rest, bytes.subarray(from));
		if (this.#rest.length > 0) {
			// A character at its end may still lack bytes: it is shown when it has come.
			this.lines.push({ text: new TextDecoder("utf-8").decode(this.#rest, { stream: true }), marker: null, uptimeS: this.#uptimeS });
			this.#restShown = true;
		}
	}

	/** The next `bytes` bytes and `lines` ends of lines are not there; once in a log. `nextLine`: number of the line that comes after. */
	skip(gap: { bytes: number; lines: number; nextLine: number }): void {
		const { bytes, lines, nextLine } = gap;
		this.#rest = EMPTY;
		this.#restShown = false;
		const index = this.lines.push({ text: "", marker: { kind: "left-out", bytes, lines }, uptimeS: this.#uptimeS }) - 1;
		this.#gap = { index, nextLine };
	}

	/** Index of the line with this number, or null where it is not held. */
	indexOf(lineNumber: number): number | null {
		const gap = this.#gap;
		const after = gap !== null && lineNumber >= gap.nextLine;
		const index = after ? gap.index + 1 + lineNumber - gap.nextLine : lineNumber - this.firstLine;
		const end = gap === null || after ? this.lines.length : gap.index;
		return index >= 0 && index < end ? index : null;
	}

	/** Number of the line at this index; of the one that stands for what is left out, the next line's. */
	numberOf(index: number): number {
		const gap = this.#gap;
		return gap === null || index < gap.index ? this.firstLine + index : gap.nextLine + Math.max(0, index - gap.index - 1);
	}

	#push(bytes: Uint8Array): void {
		const text = this.#decoder.decode(bytes);
		const marker = readMarker(text, this.runId);
		if (marker && "uptimeS" in marker) this.#uptimeS = marker.uptimeS;
		const index = this.lines.push({ text, marker, uptimeS: this.#uptimeS }) - 1;
		if (!marker) return;
		if (marker.kind === "revert") this.#reverting = true;
		if (marker.kind === "begin") {
			const step = this.#reverting ? `revert:${marker.step}` : marker.step;
			const section: LogSection = { step, begin: index, end: null, outcome: null, durationMs: null };
			this.sections.push(section);
			this.#open.set(step, { section, uptimeS: marker.uptimeS });
		}
		if (marker.kind === "end") {
			const step = this.#reverting ? `revert:${marker.step}` : marker.step;
			const open = this.#open.get(step);
			if (!open) return;
			this.#open.delete(step);
			const seconds = marker.uptimeS - open.uptimeS;
			Object.assign(open.section, {
				end: index,
				outcome: marker.outcome,
				// Negative: the machine restarted in between, and its uptime began anew.
				durationMs: seconds >= 0 ? Math.round(seconds * 1000) : null,
			});
		}
	}
}

/**
 * Which lines to draw while some steps are folded: of a folded step its first line alone. `folded`: numbers of those first lines, which stay
 * the same when earlier lines are loaded.
 */
export function visibleLines(lines: LogLines, folded: ReadonlySet<number>): number[] | null {
	if (folded.size === 0) return null;
	const hidden = new Uint8Array(lines.lines.length);
	for (const section of lines.sections) {
		if (!folded.has(lines.numberOf(section.begin))) continue;
		const end = lastLine(lines, section);
		hidden.fill(1, section.begin + 1, end + 1);
	}
	for (const [index, { marker }] of lines.lines.entries()) if (marker?.kind === "left-out") hidden[index] = 0;
	const shown: number[] = [];
	for (let index = 0; index < hidden.length; index += 1) if (hidden[index] === 0) shown.push(index);
	return shown;
}

/** The longest text that a log is searched for, in characters. */
export const LONGEST_QUERY = 200;

/** Whether a line as it is shown, without colours and what was overwritten, holds `wanted`, which is in lower case. */
export function holdsText(line: string, wanted: string): boolean {
	const plain = /\p{Cc}/u.test(line) ? stripAnsi(line) : line;
	return plain.toLowerCase().includes(wanted);
}

/** Indexes of the lines that hold `query`, whatever its case. Empty for an empty query. */
export function searchLines(lines: readonly LogLine[], query: string): number[] {
	if (query === "") return [];
	const wanted = query.toLowerCase();
	const found: number[] = [];
	for (const [index, line] of lines.entries()) if (holdsText(line.text, wanted)) found.push(index);
	return found;
}

/** Each step by the index of its first line and of its last one, as it is now: objects of its own, which do not change when more of the log comes. */
export function sectionsByEdge(sections: readonly LogSection[]): Map<number, LogSection> {
	const byEdge = new Map<number, LogSection>();
	for (const section of sections.map((one) => ({ ...one }))) {
		byEdge.set(section.begin, section);
		if (section.end !== null) byEdge.set(section.end, section);
	}
	return byEdge;
}

/** The first line that says why something failed: a cause, or the end of a failed step. */
export function firstError(lines: readonly LogLine[]): number | null {
	let failed: number | null = null;
	for (const [index, { marker }] of lines.entries()) {
		if (marker?.kind === "cause") return index;
		if (failed === null && marker?.kind === "end" && marker.outcome === "fail") failed = index;
	}
	return failed;
}

/** Every step folded but the one that the line at this index is of: what `visibleLines` takes. */
export function foldedAround(lines: LogLines, index: number): Set<number> {
	const others = lines.sections.filter((section) => index < section.begin || index > lastLine(lines, section));
	return new Set(others.map(({ begin }) => lines.numberOf(begin)));
}

/** Of a step that has not ended: up to where the next one begins. */
function lastLine(lines: LogLines, section: LogSection): number {
	if (section.end !== null) return section.end;
	const next = lines.sections[lines.sections.indexOf(section) + 1];
	return (next ? next.begin : lines.lines.length) - 1;
}

/** A marker of this run, or null: another run's, or a command's output that only looks like one, is plain text. */
export function readMarker(text: string, runId: string): LineMarker | null {
	if (!text.startsWith(`${MARKER}${runId} `)) return null;
	const [kind, first = "", ...rest] = text.slice(MARKER.length + runId.length + 1).split(" ");
	if (first === "") return null;
	switch (kind) {
		case "begin":
			return rest.length === 1 ? { kind, step: first, uptimeS: Number(rest[0]) } : null;
		case "end": {
			const outcome = rest[0];
			if (rest.length !== 2 || (outcome !== "ok" && outcome !== "skip" && outcome !== "fail")) return null;
			return { kind, step: first, outcome, uptimeS: Number(rest[1]) };
		}
		case "note":
		case "cause":
		case "stop":
			return { kind, code: first, values: readMarkerValues(rest) };
		case "revert":
			return { kind, mode: first };
		default:
			return null;
	}
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
	const all = new Uint8Array(one.length + other.length);
	all.set(one);
	all.set(other, one.length);
	return all;
}
