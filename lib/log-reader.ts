import { LogBuffer, type LogChange, type LogPiece } from "./log-buffer.ts";
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
		return this.#buffer.start;
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
	bytes(): Uint8Array {
		return this.#buffer.bytes();
	}

	/** Reads what is shown first. `expectedBytes`: how long the log was said to be. */
	async start(expectedBytes: number): Promise<void> {
		const tail = expectedBytes > WHOLE_UP_TO;
		this.#buffer = new LogBuffer(tail ? "first-piece" : "beginning");
		const offset = tail ? expectedBytes - TAIL_BYTES : 0;
		const first = await this.#insist(offset, READ_BYTES);
		if (!first) return;
		const early = this.#early ?? [];
		this.#early = null;
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
		if (this.#early || this.#earlier || this.#buffer.start === 0) return;
		this.#earlier = true;
		this.#changed();
		try {
			const to = this.#buffer.start;
			const offset = Math.max(0, to - bytes);
			const piece = await this.#insist(offset, to - offset);
			if (piece) this.#take(piece, piece);
		} finally {
			this.#earlier = false;
			this.#changed();
		}
	}

	async loadAll(): Promise<void> {
		while (this.#buffer.start > 0 && !this.#abort.signal.aborted) await this.loadEarlier(READ_BYTES);
	}

	stop(): void {
		this.#abort.abort();
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
				this.#rebuild();
				return true;
			default:
				return change satisfies never;
		}
	}

	#rebuild(): void {
		const bytes = this.#buffer.bytes();
		this.#lines = new LogLines(this.runId, this.#firstLine);
		this.#lines.append(bytes);
		this.#hash = new Sha256();
		if (this.#buffer.start === 0) this.#hash.update(bytes);
	}

	#changed(): void {
		this.#revision += 1;
		this.ports.onChange();
	}
}
