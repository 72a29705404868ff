import { MARKER } from "../plan/layout.ts";
import { type KeyPart, type KnownSecrets, maskLine, maskValues, maySecret } from "./secret-patterns.ts";

/** A line that is longer is looked at through windows of this many bytes, each half of it further than the one before. */
export const WINDOW_BYTES = 64 * 1024;
const STEP_BYTES = WINDOW_BYTES / 2;

/**
 * Masks the secrets in one run's log, byte by byte with `*`: what comes out is as long as what goes in, with the same ends of lines,
 * and the same however the bytes are cut into pieces. A line is given when it has ended; of one longer than a window its beginning
 * earlier, where a secret together with its key is found as long as it is not longer than 32 KiB. Markers of this run stay readable: only
 * in the values of notes and causes something is masked.
 */
export class Redactor {
	/** Of the line that has not ended, from the window's beginning on; Latin-1. */
	#line = "";
	/** So much of `#line` was given already. */
	#given = 0;
	/** What the window before masked of the first half of this one; "" in a line's first window. */
	#before = "";
	#part: KeyPart;
	readonly #marker: string;

	/** `part`: where the first line stands, as `keyPart` said it. */
	constructor(
		runId: string,
		private readonly known: KnownSecrets,
		part: KeyPart = "outside",
	) {
		this.#marker = `${MARKER} ${runId} `;
		this.#part = part;
	}

	/** Where the line stands that has not ended: with it another redactor goes on from that line's beginning. */
	get keyPart(): KeyPart {
		return this.#part;
	}

	/** Takes the next bytes and gives those that are masked for good. */
	push(bytes: Uint8Array): Buffer {
		const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
		const end = text.lastIndexOf("\n") + 1;
		let out = end > 0 ? this.#lines(text.slice(0, end)) : "";
		this.#line += text.slice(end);
		out += this.#windows();
		return Buffer.from(out, "latin1");
	}

	/**
	 * Gives what is held back, as if the line ended here; it may still go on, and then what was given stays. For a script that has
	 * ended, whose last line has no end.
	 */
	settle(): Buffer {
		const masked = this.#masked(this.#line).text;
		const out = masked.slice(this.#given);
		this.#given = this.#line.length;
		return Buffer.from(out, "latin1");
	}

	#lines(text: string): string {
		if (this.#line === "" && this.#before === "" && this.#part === "outside" && !maySecret(text, this.known)) return text;
		const out: string[] = [];
		let from = 0;
		for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", from)) {
			this.#line += text.slice(from, end);
			out.push(this.#windows());
			const { text: masked, part } = this.#masked(this.#line);
			out.push(masked.slice(this.#given), "\n");
			this.#line = "";
			this.#given = 0;
			this.#before = "";
			this.#part = part;
			from = end + 1;
		}
		return out.join("");
	}

	/** The part of a long line that no later byte can change. */
	#windows(): string {
		let out = "";
		while (this.#line.length >= WINDOW_BYTES) {
			const masked = this.#masked(this.#line.slice(0, WINDOW_BYTES)).text;
			out += masked.slice(this.#given, STEP_BYTES);
			this.#given = Math.max(0, this.#given - STEP_BYTES);
			this.#before = masked.slice(STEP_BYTES);
			this.#line = this.#line.slice(STEP_BYTES);
		}
		return out;
	}

	#masked(text: string): { text: string; part: KeyPart } {
		if (this.#before !== "") {
			const { text: masked, part } = maskLine(text, "outside", this.known);
			return { text: either(masked, this.#before), part };
		}
		if (text.startsWith(this.#marker)) return { text: this.#maskMarker(text), part: this.#part };
		return maskLine(text, this.#part, this.known);
	}

	/** The words that our own scripts chose are no secrets, also where somebody's password is one of them. */
	#maskMarker(text: string): string {
		const words = text.slice(this.#marker.length).split(" ", 2);
		if (words[0] !== "note" && words[0] !== "cause") return text;
		const values = this.#marker.length + words.join(" ").length;
		return text.slice(0, values) + maskValues(text.slice(values), this.known);
	}
}

/** A whole log at once, as it is stored of one that was read from its beginning to its end. */
export function maskedLog(runId: string, bytes: Uint8Array, known: KnownSecrets = []): Buffer {
	const redactor = new Redactor(runId, known);
	return Buffer.concat([redactor.push(bytes), redactor.settle()]);
}

/** Masked where one of both is; the second may be shorter. */
function either(one: string, other: string): string {
	const both = Buffer.from(one, "latin1");
	for (let at = 0; at < other.length && at < both.length; at += 1) if (other[at] === "*") both[at] = 42;
	return both.toString("latin1");
}
