import { MARKER } from "../plan/layout.ts";

/** What a marker line of the node's scripts says. `line` counts from 1 in the run's log; `uptimeS` is monotonic within one boot. */
export type Marker =
	| { kind: "begin"; step: string; uptimeS: number; line: number }
	| { kind: "end"; step: string; outcome: "ok" | "skip" | "fail"; durationMs: number | null; line: number }
	| { kind: "note" | "cause"; code: string; values: Record<string, string>; line: number }
	| { kind: "stop"; why: string; line: number };

/** Prefix of a step that belongs to the way back: the same id may have run forward before. */
export const REVERT_PREFIX = "revert:";

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
	readonly #begun = new Map<string, number>();

	constructor(
		private readonly runId: string,
		private readonly onMarker: (marker: Marker) => void,
	) {}

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
			this.#begun.set(step, uptimeS);
			this.onMarker({ kind, step, uptimeS, line });
		} else if (kind === "end" && rest.length === 3) {
			const step = this.#step(rest[0]);
			const outcome = rest[1];
			if (outcome !== "ok" && outcome !== "skip" && outcome !== "fail") return;
			const begun = this.#begun.get(step);
			const seconds = begun === undefined ? null : Number(rest[2]) - begun;
			// Negative: the machine restarted in between, and its uptime began anew.
			this.onMarker({ kind, step, outcome, durationMs: seconds === null || !(seconds >= 0) ? null : Math.round(seconds * 1000), line });
		} else if (kind === "stop") {
			this.onMarker({ kind, why: rest[0] ?? "", line });
		} else if ((kind === "note" || kind === "cause") && rest[0]) {
			this.onMarker({ kind, code: rest[0], values: readValues(rest.slice(1)), line });
		}
	}

	#step(id = ""): string {
		return this.#reverting ? `${REVERT_PREFIX}${id}` : id;
	}
}

/** `key=value` words; a word without a key goes on with the value before it. */
function readValues(words: string[]): Record<string, string> {
	const values: Record<string, string> = {};
	let last = "";
	for (const word of words) {
		const at = word.indexOf("=");
		if (at > 0 && /^[A-Za-z][A-Za-z0-9]*$/.test(word.slice(0, at))) {
			last = word.slice(0, at);
			values[last] = word.slice(at + 1);
		} else if (last) values[last] = `${values[last]} ${word}`;
	}
	return values;
}
