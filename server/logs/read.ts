import { type LogCut, logCutSchema } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";

/** A piece of a run's log, as the node wrote it but for the secrets. */
export interface LogPiece {
	generation: number;
	offset: number;
	bytes: Buffer;
	/** Where the next piece begins: at most `totalBytes`. */
	nextOffset: number;
	totalBytes: number;
	/** Number of the line that the first byte belongs to, from 1. */
	firstLine: number;
	/** What is left out of the log. */
	cut: LogCut | null;
}

/** Chunks per query: at most 64 KiB each, so a log of any length passes through a few MiB of memory. */
const CHUNKS = 16;

/** A stretch of stored bytes. */
export interface StoredPiece {
	offset: number;
	/** Number of the line that the first byte belongs to, from 1. */
	firstLine: number;
	bytes: Uint8Array;
}

/** What is stored of one generation of a run's log from offset `from` on, in order; what was left out is passed over. */
export async function* storedPieces(db: Db, runId: string, generation: number, from = 0): AsyncIterable<StoredPiece> {
	const first = await db.logChunk.findFirst({
		where: { runId, generation, offset: { lte: from } },
		orderBy: { offset: "desc" },
		select: { offset: true, firstLine: true, bytes: true },
	});
	let next = from;
	if (first && first.offset + first.bytes.length > from) {
		const skipped = from - first.offset;
		yield { offset: from, firstLine: first.firstLine + newlines(first.bytes.subarray(0, skipped)), bytes: first.bytes.subarray(skipped) };
		next = first.offset + first.bytes.length;
	}
	for (;;) {
		const chunks = await db.logChunk.findMany({
			where: { runId, generation, offset: { gte: next } },
			orderBy: { offset: "asc" },
			take: CHUNKS,
			select: { offset: true, firstLine: true, bytes: true },
		});
		yield* chunks;
		const last = chunks.at(-1);
		if (!last || chunks.length < CHUNKS) return;
		next = last.offset + last.bytes.length;
	}
}

/** The same as bytes alone. */
export async function* storedLog(db: Db, runId: string, generation: number, from = 0): AsyncIterable<Uint8Array> {
	for await (const { bytes } of storedPieces(db, runId, generation, from)) yield bytes;
}

/**
 * Up to `limitBytes` of the newest generation of a run's log from `offset` on, never over the place where something is left out: an
 * offset in there gives what comes after it, and a piece that ends before it leads over it. An offset past the log's end gives no bytes and
 * leads back to the end. Null where there is no such run. Throws RangeError for a negative offset or limit.
 */
export async function readLog(db: Db, runId: string, options: { offset: number; limitBytes: number }): Promise<LogPiece | null> {
	const { offset, limitBytes } = options;
	if (!(offset >= 0) || !(limitBytes > 0)) throw new RangeError("a log is read from an offset >= 0, and at least one byte of it");
	for (;;) {
		const run = await db.run.findUnique({ where: { id: runId }, select: { logGeneration: true, logBytes: true, logCut: true } });
		if (!run) return null;
		const cut = logCutSchema.nullable().parse(run.logCut);
		const start = Math.min(pastCut(offset, cut), run.logBytes);
		const most = cut && start < cut.fromBytes ? Math.min(limitBytes, cut.fromBytes - start) : limitBytes;
		const log = { generation: run.logGeneration, totalBytes: run.logBytes, cut };
		const found = await readChunks(db, runId, { generation: run.logGeneration, start, most });
		// More was left out since the run's row was read: it says so by now.
		if (found === "gone") continue;
		const end = start + found.bytes.length;
		// The run's row is read before its chunks: a chunk may have grown since.
		return { ...log, ...found, offset: start, nextOffset: pastCut(end, cut), totalBytes: Math.max(run.logBytes, end) };
	}
}

async function readChunks(db: Db, runId: string, range: { generation: number; start: number; most: number }) {
	const { generation, start, most } = range;
	const first = await db.logChunk.findFirst({ where: { runId, generation, offset: { lte: start } }, orderBy: { offset: "desc" } });
	if (!first) return { bytes: Buffer.alloc(0), firstLine: 1 };
	const skipped = start - first.offset;
	if (skipped > first.bytes.length) return "gone";
	const pieces: Uint8Array[] = [];
	let have = 0;
	for await (const piece of storedPieces(db, runId, generation, start)) {
		if (piece.offset !== start + have) {
			if (have === 0) return "gone";
			break;
		}
		pieces.push(piece.bytes);
		have += piece.bytes.length;
		if (have >= most) break;
	}
	return { bytes: Buffer.concat(pieces).subarray(0, most), firstLine: first.firstLine + newlines(first.bytes.subarray(0, skipped)) };
}

function pastCut(offset: number, cut: LogCut | null): number {
	return cut && offset >= cut.fromBytes && offset < cut.toBytes ? cut.toBytes : offset;
}

function newlines(bytes: Uint8Array): number {
	let count = 0;
	for (const byte of bytes) if (byte === 10) count += 1;
	return count;
}
