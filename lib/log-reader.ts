import type { LogCut } from "./contracts/run.ts";
import { joined, LogBuffer, type LogChange, type LogPiece } from "./log-buffer.ts";
import { leftOutLine, nodeLogPath } from "./log-cut.ts";
import { LogLines } from "./log-lines.ts";
import { Sha256 } from "./sha256.ts";

/** What a plain read of the log answers. */
export interface LogRead {
	bytes: Uint8Array;
	offset: number;
	total: number;
	generation: number;
	/** Number of the line that the first byte belongs to, from 1. */
	firstLine: number;
	/** What is left out of the log's middle: bytes asked for in there begin after it. */
	cut: LogCut | null;
}

export interface LogReaderPorts {
	read(offset: number, limit: number, signal: AbortSignal): Promise<LogRead>;
	/** Resolves after `ms`, or at once when the signal is aborted; never rejects. */
	wait(ms: number, signal: AbortSignal): Promise<void>;
	/** Something that is shown has changed. */
	onChange(): void;
}

/** Up to this long a log is read from its beginning; of a longer one the end first. Bytes. */
export const WHOLE_UP_TO = 1024 * 1024;
export const TAIL_BYTES = 256 * 1024;
const READ_BYTES = 1024 * 1024;
const RETRY_MS = [500, 1_000, 2_000, 5_000] as const;

/**
 * Brings one run's log together from plain reads and from the stream. The stream may be cut, repeat itself or skip: what is missing
 * is read, so that the bytes held are always the log's, without a hole.
 */
export class LogReader {
	#buffer = new LogBuffer();
	#lines: LogLines;
	#firstLine = 1;
	#cut: LogCut | null = null;
	/** What is held before the place where something is left out; `#buffer` is what comes after. */
	#head: { buffer: LogBuffer; firstLine: number } | null = null;
	#hash = new Sha256();
	#early: LogPiece[] | null = [];
	#filling: Promise<void> | null = null;
	#again = false;
	#earlier = false;
	#error: unknown = null;
	#revision = 0;
	readonly #abort = new AbortController();

	constructor(
		private readonly runId: string,
		private readonly ports: LogReaderPorts,
	) {
		this.#lines = new LogLines(runId);
	}

	get lines(): LogLines {
		return this.#lines;
	}
	/** Grows with every change: what a renderer compares. */
	get revision(): number {
		return this.#revision;
	}
	/** Offset of the first byte that is held; 0 = from the beginning. */
	get heldFrom(): number {
		return this.#head?.buffer.start ?? this.#buffer.start;
	}
	get heldBytes(): number {
		return this.#buffer.size + (this.#head?.buffer.size ?? 0);
	}
	/** What the console does not have of the log any more, whether this reader came by it before or not. */
	get cut(): LogCut | null {
		return this.#cut;
	}
	get end(): number {
		return this.#buffer.end;
	}
	get total(): number {
		return this.#buffer.total;
	}
	get generation(): number {
		return this.#buffer.generation;
	}
	get loading(): boolean {
		return this.#early !== null || this.#earlier;
	}
	/** Bytes that are known of and still to come. */
	get gap(): { offset: number; length: number } | null {
		return this.#early === null ? this.#buffer.missing() : null;
	}
	/** Why the last read failed, while it is tried again; null when all is well. */
	get error(): unknown {
		return this.#error;
	}
	/** Of all bytes from the beginning on, in hexadecimal; null while only the end is held. */
	sha256(): string | null {
		return this.#buffer.start === 0 && this.#early === null ? this.#hash.hex() : null;
	}
	/** What is held, as text to keep: with a line where something is left out. */
	bytes(): Uint8Array {
		if (!this.#head) return this.#buffer.bytes();
		const { buffer } = this.#head;
		const gap = new TextEncoder().encode(leftOutLine(this.#buffer.start - buffer.end, nodeLogPath(this.runId)));
		return joined([buffer.bytes(), gap, this.#buffer.bytes()]);
	}

	/** Reads what is shown first. `expectedBytes`: how long the log was said to be. */
	async start(expectedBytes: number): Promise<void> {
		const tail = expectedBytes > WHOLE_UP_TO;
		const offset = tail ? expectedBytes - TAIL_BYTES : 0;
		const first = await this.#insist(offset, READ_BYTES);
		if (!first) return;
		const early = this.#early ?? [];
		this.#early = null;
		this.#buffer = new LogBuffer(tail ? "first-piece" : "beginning", first.generation);
		this.#firstLine = tail ? first.firstLine : 1;
		this.#lines = new LogLines(this.runId, this.#firstLine);
		this.#take(first, first);
		this.#buffer.known(first.generation, first.total);
		for (const piece of early) this.#take(piece, null);
		this.#changed();
		await this.#fill();
	}

	/** A piece from the stream. */
	push(piece: LogPiece): void {
		if (this.#early) {
			// What comes first decides where a tail begins: that is the read's part.
			this.#early.push(piece);
			return;
		}
		if (this.#take(piece, null)) this.#changed();
		if (this.#buffer.missing()) void this.#fill();
	}

	/** Reads what may have come since: after a gap in the stream, or each few seconds without one. Before the first read is answered: after it. */
	async poll(): Promise<void> {
		this.#again = true;
		if (this.#early) return;
		await this.#fill();
	}

	/** Reads the part before what is held, at most `bytes` of it. */
	async loadEarlier(bytes = TAIL_BYTES): Promise<void> {
		if (this.#early || this.#earlier || this.heldFrom === 0) return;
		this.#earlier = true;
		this.#changed();
		try {
			const { from, to, over } = this.#before();
			const offset = Math.max(from, to - bytes);
			const piece = await this.#insist(offset, to - offset);
			if (!piece) return;
			if (piece.generation !== this.#buffer.generation) this.#apply(this.#buffer.known(piece.generation, piece.total), null);
			else if (over || this.#head) this.#takeHead(piece);
			else this.#take(piece, piece);
		} finally {
			this.#earlier = false;
			this.#changed();
		}
	}

	async loadAll(): Promise<void> {
		for (let before = -1; this.heldFrom > 0 && this.heldFrom !== before && !this.#abort.signal.aborted; ) {
			before = this.heldFrom;
			await this.loadEarlier(READ_BYTES);
		}
	}

	/** Reads back to this line, and no further than it has to; all that is there where it is left out. */
	async loadTo(line: number): Promise<void> {
		for (let before = -1; line < this.#lines.firstLine && this.heldFrom > 0 && this.heldFrom !== before && !this.#abort.signal.aborted; ) {
			before = this.heldFrom;
			await this.loadEarlier(READ_BYTES);
		}
	}

	stop(): void {
		this.#abort.abort();
	}

	/** The stretch that ends where what is held begins; `over`: what is left out lies between. */
	#before(): { from: number; to: number; over: boolean } {
		const to = this.heldFrom;
		const cut = this.#cut;
		if (this.#head || !cut || to <= cut.fromBytes) return { from: 0, to, over: false };
		if (to <= cut.toBytes) return { from: 0, to: cut.fromBytes, over: true };
		return { from: cut.toBytes, to, over: false };
	}

	#takeHead(piece: LogRead): void {
		const buffer = this.#head?.buffer ?? new LogBuffer("first-piece", piece.generation);
		buffer.add(piece);
		this.#head = { buffer, firstLine: piece.firstLine };
		this.#rebuild();
	}

	/** One filler at a time: two would read the same bytes twice. */
	#fill(): Promise<void> {
		this.#filling ??= this.#readMissing().finally(() => {
			this.#filling = null;
		});
		return this.#filling;
	}

	async #readMissing(): Promise<void> {
		while (!this.#abort.signal.aborted) {
			const missing = this.#buffer.missing();
			if (!missing && !this.#again) return;
			this.#again = false;
			const before = this.#buffer.end;
			const piece = await this.#insist(this.#buffer.end, Math.min(missing?.length ?? READ_BYTES, READ_BYTES));
			if (!piece) return;
			if (piece.offset > this.#buffer.end && piece.bytes.length > 0 && piece.generation === this.#buffer.generation) {
				// What came next is not there any more: it goes on with what is, and the beginning can be loaded as of any long log.
				this.#buffer = new LogBuffer("first-piece", piece.generation);
				this.#head = null;
				this.#firstLine = piece.firstLine;
				this.#take(piece, piece);
				this.#rebuild();
				this.#changed();
				continue;
			}
			const told = this.#apply(this.#buffer.known(piece.generation, piece.total), null);
			const changed = this.#take(piece, piece);
			if (told || changed) this.#changed();
			// The stream may be ahead of what is stored for reading: asked again in a moment, not in a circle.
			if (this.#buffer.end === before && this.#buffer.missing()) await this.ports.wait(RETRY_MS[0], this.#abort.signal);
		}
	}

	/** Reads until it is answered, with growing pauses; null when it was stopped meanwhile. */
	async #insist(offset: number, limit: number): Promise<LogRead | null> {
		const { signal } = this.#abort;
		for (let tries = 0; !signal.aborted; tries += 1) {
			try {
				const piece = await this.ports.read(offset, limit, signal);
				if (signal.aborted) return null;
				if (piece.generation >= this.#buffer.generation) this.#cut = piece.cut;
				if (this.#error !== null) {
					this.#error = null;
					this.#changed();
				}
				return piece;
			} catch (error) {
				if (signal.aborted) return null;
				this.#error = error;
				this.#changed();
				await this.ports.wait(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] ?? 5_000, signal);
			}
		}
		return null;
	}

	#take(piece: LogPiece, read: LogRead | null): boolean {
		return this.#apply(this.#buffer.add(piece), read);
	}

	/** Brings lines and hash after the bytes. True where anything changed. */
	#apply(change: LogChange, read: LogRead | null): boolean {
		switch (change.kind) {
			case "nothing":
				return false;
			case "appended":
				this.#lines.append(change.bytes);
				if (this.#buffer.start === 0) this.#hash.update(change.bytes);
				return true;
			case "prepended":
				this.#firstLine = read?.firstLine ?? this.#firstLine;
				this.#rebuild();
				return true;
			case "restarted":
				this.#firstLine = 1;
				this.#head = null;
				this.#cut = read?.cut ?? null;
				this.#rebuild();
				return true;
			default:
				return change satisfies never;
		}
	}

	#rebuild(): void {
		const bytes = this.#buffer.bytes();
		this.#lines = new LogLines(this.runId, this.#head?.firstLine ?? this.#firstLine);
		if (this.#head) {
			const { buffer } = this.#head;
			const lines = this.#firstLine - (this.#cut?.fromLine ?? this.#firstLine);
			this.#lines.append(buffer.bytes());
			this.#lines.skip({ bytes: this.#buffer.start - buffer.end, lines, nextLine: this.#firstLine });
		}
		this.#lines.append(bytes);
		this.#hash = new Sha256();
		if (this.#buffer.start === 0) this.#hash.update(bytes);
	}

	#changed(): void {
		this.#revision += 1;
		this.ports.onChange();
	}
}
