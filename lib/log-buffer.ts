/** Bytes of a run's log with the place they belong to. */
export interface LogPiece {
	generation: number;
	/** Bytes of the log before this piece. */
	offset: number;
	bytes: Uint8Array;
}

/** What a piece did to the held bytes. */
export type LogChange =
	| { kind: "nothing" }
	| { kind: "appended"; bytes: Uint8Array }
	| { kind: "prepended"; bytes: Uint8Array }
	/** The node began a new log: what was held belongs to the old one and is gone. */
	| { kind: "restarted"; bytes: Uint8Array };

/** Pieces that wait for a gap before them to be filled: beyond this they are dropped and read again. */
const MOST_AHEAD_BYTES = 4 * 1024 * 1024;
const NOTHING: LogChange = { kind: "nothing" };

/**
 * The bytes of one log, held as one range without a hole, `start` to `end`. Pieces may come twice, overlapping, in any order and
 * with gaps between them: no byte is lost and none is held twice. `missing()` names what has to be read to go on.
 */
export class LogBuffer {
	#generation = 0;
	#start = 0;
	#end = 0;
	#total = 0;
	#anchored: boolean;
	#chunks: Uint8Array[] = [];
	/** By offset, all of them beyond `end`. */
	#ahead = new Map<number, Uint8Array>();
	#aheadBytes = 0;

	/** `from`: "beginning" holds the log from byte 0; "first-piece" takes the first piece's offset as its start, such as the log's tail. */
	constructor(from: "beginning" | "first-piece" = "beginning", generation = 0) {
		this.#anchored = from === "beginning";
		this.#generation = generation;
	}

	get generation(): number {
		return this.#generation;
	}
	get start(): number {
		return this.#start;
	}
	get end(): number {
		return this.#end;
	}
	/** The greatest length of the log that anybody told of. */
	get total(): number {
		return this.#total;
	}
	get size(): number {
		return this.#end - this.#start;
	}
	/** True where every byte that is known of is held. */
	get whole(): boolean {
		return this.#start === 0 && this.#end >= this.#total;
	}

	/** The log is at least this long: a gap at its end shows only by this. */
	known(generation: number, total: number): LogChange {
		if (generation < this.#generation) return NOTHING;
		const restarted = generation > this.#generation;
		if (restarted) this.#restart(generation);
		this.#total = Math.max(this.#total, total);
		return restarted ? { kind: "restarted", bytes: new Uint8Array(0) } : NOTHING;
	}

	add(piece: LogPiece): LogChange {
		if (piece.generation < this.#generation) return NOTHING;
		const restarted = piece.generation > this.#generation;
		if (restarted) this.#restart(piece.generation);
		const to = piece.offset + piece.bytes.length;
		this.#total = Math.max(this.#total, to);
		if (!this.#anchored && piece.bytes.length > 0) {
			this.#anchored = true;
			this.#start = piece.offset;
			this.#end = piece.offset;
		}
		if (piece.offset > this.#end) {
			this.#keepAhead(piece);
			return restarted ? { kind: "restarted", bytes: new Uint8Array(0) } : NOTHING;
		}
		if (piece.offset < this.#start && to >= this.#start && to <= this.#end) return this.#prepend(piece);
		if (to <= this.#end || to < this.#start) return restarted ? { kind: "restarted", bytes: new Uint8Array(0) } : NOTHING;
		const appended = this.#append(piece.bytes.subarray(this.#end - piece.offset));
		return { kind: restarted ? "restarted" : "appended", bytes: appended };
	}

	/** The range to read next so that the held bytes can go on, or null where nothing is known to be missing. */
	missing(): { offset: number; length: number } | null {
		let until = this.#total;
		for (const offset of this.#ahead.keys()) until = Math.min(until, offset);
		return until > this.#end ? { offset: this.#end, length: until - this.#end } : null;
	}

	/** All held bytes, in order, as one array. */
	bytes(): Uint8Array {
		const all = new Uint8Array(this.size);
		let at = 0;
		for (const chunk of this.#chunks) {
			all.set(chunk, at);
			at += chunk.length;
		}
		return all;
	}

	#restart(generation: number): void {
		this.#generation = generation;
		this.#start = 0;
		this.#end = 0;
		this.#total = 0;
		// A new log begins short: it is held from its beginning, whatever part of the old one was.
		this.#anchored = true;
		this.#chunks = [];
		this.#ahead.clear();
		this.#aheadBytes = 0;
	}

	#append(bytes: Uint8Array): Uint8Array {
		const added = [bytes];
		this.#hold(bytes);
		for (let piece = this.#takeAhead(); piece; piece = this.#takeAhead()) {
			this.#hold(piece);
			added.push(piece);
		}
		return added.length === 1 ? bytes : joined(added);
	}

	#hold(bytes: Uint8Array): void {
		this.#chunks.push(bytes);
		this.#end += bytes.length;
	}

	#prepend(piece: LogPiece): LogChange {
		const bytes = piece.bytes.subarray(0, this.#start - piece.offset);
		this.#chunks.unshift(bytes);
		this.#start = piece.offset;
		return { kind: "prepended", bytes };
	}

	#keepAhead(piece: LogPiece): void {
		const held = this.#ahead.get(piece.offset);
		if (held && held.length >= piece.bytes.length) return;
		if (this.#aheadBytes - (held?.length ?? 0) + piece.bytes.length > MOST_AHEAD_BYTES) return;
		this.#aheadBytes += piece.bytes.length - (held?.length ?? 0);
		this.#ahead.set(piece.offset, piece.bytes);
	}

	/** The part of a kept piece that follows `end`; kept pieces that bring nothing new are let go. */
	#takeAhead(): Uint8Array | null {
		for (const [offset, bytes] of this.#ahead) {
			if (offset > this.#end) continue;
			this.#ahead.delete(offset);
			this.#aheadBytes -= bytes.length;
			if (offset + bytes.length > this.#end) return bytes.subarray(this.#end - offset);
		}
		return null;
	}
}

/** Pieces one after the other, as one array. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
	const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
	let at = 0;
	for (const piece of pieces) {
		all.set(piece, at);
		at += piece.length;
	}
	return all;
}
