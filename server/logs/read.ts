import type { Db } from "../db/client.ts";

/** A piece of a run's log, in the node's own bytes. */
export interface LogPiece {
	generation: number;
	offset: number;
	bytes: Buffer;
	/** Where the next piece begins: at most `totalBytes`. */
	nextOffset: number;
	totalBytes: number;
	/** Number of the line that the first byte belongs to, from 1. */
	firstLine: number;
}

/** Chunks per query: at most 64 KiB each, so a log of any length passes through a few MiB of memory. */
const CHUNKS = 16;

/** All stored bytes of one generation of a run's log, in order. */
export async function* storedLog(db: Db, runId: string, generation: number): AsyncIterable<Uint8Array> {
	for (let from = 0; ; ) {
		const chunks = await db.logChunk.findMany({
			where: { runId, generation, offset: { gte: from } },
			orderBy: { offset: "asc" },
			take: CHUNKS,
			select: { offset: true, bytes: true },
		});
		for (const chunk of chunks) yield chunk.bytes;
		const last = chunks.at(-1);
		if (!last || chunks.length < CHUNKS) return;
		from = last.offset + last.bytes.length;
	}
}

/**
 * Up to `limitBytes` of the newest generation of a run's log from `offset` on; an offset past its end gives no bytes and leads
 * back to the end. Null where there is no such run. Throws RangeError for a negative offset or limit.
 */
export async function readLog(db: Db, runId: string, options: { offset: number; limitBytes: number }): Promise<LogPiece | null> {
	const { offset, limitBytes } = options;
	if (!(offset >= 0) || !(limitBytes > 0)) throw new RangeError("a log is read from an offset >= 0, and at least one byte of it");
	const run = await db.run.findUnique({ where: { id: runId }, select: { logGeneration: true, logBytes: true, logLines: true } });
	if (!run) return null;
	const generation = run.logGeneration;
	const totalBytes = run.logBytes;
	const start = Math.min(offset, totalBytes);
	const piece = { generation, offset: start, totalBytes };
	const first = await db.logChunk.findFirst({ where: { runId, generation, offset: { lte: start } }, orderBy: { offset: "desc" } });
	if (!first) return { ...piece, bytes: Buffer.alloc(0), nextOffset: start, firstLine: 1 };
	const skipped = start - first.offset;
	const firstLine = first.firstLine + newlines(first.bytes.subarray(0, skipped));
	const pieces = [first.bytes.subarray(skipped)];
	let have = pieces[0]?.length ?? 0;
	let from = first.offset + first.bytes.length;
	while (have < limitBytes) {
		const more = await db.logChunk.findMany({
			where: { runId, generation, offset: { gte: from } },
			orderBy: { offset: "asc" },
			take: CHUNKS,
			select: { offset: true, bytes: true },
		});
		for (const chunk of more) {
			if (have >= limitBytes) break;
			pieces.push(chunk.bytes);
			have += chunk.bytes.length;
			from = chunk.offset + chunk.bytes.length;
		}
		if (more.length < CHUNKS) break;
	}
	const bytes = Buffer.concat(pieces).subarray(0, limitBytes);
	// The run's row is read before its chunks: a chunk may have grown since.
	const nextOffset = start + bytes.length;
	return { ...piece, bytes, nextOffset, totalBytes: Math.max(totalBytes, nextOffset), firstLine };
}

function newlines(bytes: Uint8Array): number {
	let count = 0;
	for (const byte of bytes) if (byte === 10) count += 1;
	return count;
}
