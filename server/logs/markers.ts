import { z } from "zod";
import { readMarkerValues } from "../../lib/marker-values.ts";
import { MARKER } from "../plan/layout.ts";

/** What a marker line of the node's scripts says. `line` counts from 1 in the run's log; `uptimeS` is monotonic within one boot. */
export type Marker =
	| { kind: "begin"; step: string; uptimeS: number; line: number }
	| { kind: "end"; step: string; outcome: "ok" | "skip" | "fail"; durationMs: number | null; line: number }
	| { kind: "note" | "cause"; code: string; values: Record<string, string>; line: number }
	| { kind: "stop"; why: string; line: number };

/** Prefix of a step that belongs to the way back: the same id may have run forward before. */
export const REVERT_PREFIX = "revert:";

/** Where a reader stands at the beginning of a line: with it another one goes on from there. */
export const markerPlaceSchema = z.object({
	/** Lines before it. */
	line: z.number().int(),
	reverting: z.boolean(),
	/** By step, as begun last: the node's uptime, and the number of the line that says so. */
	begun: z.record(z.string(), z.object({ uptimeS: z.number().nullable(), line: z.number().int() })),
});
export type MarkerPlace = z.infer<typeof markerPlaceSchema>;

/** So many steps are remembered as begun: a plan has a few dozen, and a command may write what looks like one. */
const MOST_BEGUN = 500;
const LONGEST_MARKER = 4096;
const NOTHING = Buffer.alloc(0);

/**
 * Turns the bytes of one run's log into markers, however they are cut into pieces. Text that only looks like a marker (another
 * run's, or a command's output without the run id) is left alone.
 */
export class MarkerReader {
	#rest: Buffer = NOTHING;
	#line = 0;
	#reverting = false;
	readonly #begun = new Map<string, { uptimeS: number; line: number }>();

	constructor(
		private readonly runId: string,
		private readonly onMarker: (marker: Marker) => void,
		from?: MarkerPlace,
	) {
		if (!from) return;
		this.#line = from.line;
		this.#reverting = from.reverting;
		for (const [step, { uptimeS, line }] of Object.entries(from.begun)) this.#begun.set(step, { uptimeS: uptimeS ?? Number.NaN, line });
	}

	/** At the beginning of the line that has not ended. */
	get place(): MarkerPlace {
		const begun = [...this.#begun].map(([step, { uptimeS, line }]) => [step, { uptimeS: Number.isNaN(uptimeS) ? null : uptimeS, line }]);
		return { line: this.#line, reverting: this.#reverting, begun: Object.fromEntries(begun) };
	}

	/** Number of the line by which the step began last, or null. */
	begunAt(step: string): number | null {
		return this.#begun.get(step)?.line ?? null;
	}

	/** Bytes up to line `line` are not there: what comes next belongs to it, and may be any part of it. */
	skipTo(line: number): void {
		this.#line = line - 1;
		this.#rest = Buffer.from(" ");
	}

	push(bytes: Uint8Array): void {
		let rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
			this.#line += 1;
			this.#read(Buffer.concat([this.#rest, rest.subarray(0, end)]).toString("utf8", 0, LONGEST_MARKER));
			this.#rest = NOTHING;
			rest = rest.subarray(end + 1);
		}
		// A line without an end may be of any length: no more of it is kept than a marker can have.
		if (this.#rest.length < LONGEST_MARKER) this.#rest = Buffer.concat([this.#rest, rest.subarray(0, LONGEST_MARKER)]);
	}

	#read(text: string): void {
		if (!text.startsWith(`${MARKER} ${this.runId} `)) return;
		const words = text.slice(MARKER.length + this.runId.length + 2).split(" ");
		const line = this.#line;
		const [kind = "", ...rest] = words;
		if (kind === "revert") {
			this.#reverting = true;
			return;
		}
		if (kind === "begin" && rest.length === 2) {
			const step = this.#step(rest[0]);
			const uptimeS = Number(rest[1]);
			if (this.#begun.size < MOST_BEGUN || this.#begun.has(step)) this.#begun.set(step, { uptimeS, line });
			this.onMarker({ kind, step, uptimeS, line });
		} else if (kind === "end" && rest.length === 3) {
			const step = this.#step(rest[0]);
			const outcome = rest[1];
			if (outcome !== "ok" && outcome !== "skip" && outcome !== "fail") return;
			const begun = this.#begun.get(step);
			const seconds = begun === undefined ? null : Number(rest[2]) - begun.uptimeS;
			// Negative: the machine restarted in between, and its uptime began anew.
			this.onMarker({ kind, step, outcome, durationMs: seconds === null || !(seconds >= 0) ? null : Math.round(seconds * 1000), line });
		} else if (kind === "stop") {
			this.onMarker({ kind, why: rest[0] ?? "", line });
		} else if ((kind === "note" || kind === "cause") && rest[0]) {
			this.onMarker({ kind, code: rest[0], values: readMarkerValues(rest.slice(1)), line });
		}
	}

	#step(id = ""): string {
		return this.#reverting ? `${REVERT_PREFIX}${id}` : id;
	}
}
