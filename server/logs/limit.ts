import type { LogCut } from "../../lib/contracts/run.ts";

/** Where a chunk begins. `firstLine`: number of the line that its first byte belongs to, from 1. */
export interface ChunkPlace {
	offset: number;
	firstLine: number;
}

/** Of what a run may keep, this part is its beginning; the rest is its newest. */
const HEAD_SHARE = 1 / 4;

/**
 * What to leave out of a log that would end at `totalBytes`, so that at most `limitBytes` of it stay: whole chunks, more of them each
 * time, always of one stretch. Null where it is not too long, or no whole chunk can go. `chunkFrom` finds the first chunk that begins at an
 * offset or later, the one that is being written included. Zero bytes: no limit.
 */
export async function cutFor(
	totalBytes: number,
	before: LogCut | null,
	limitBytes: number,
	chunkFrom: (offset: number) => Promise<ChunkPlace | null>,
): Promise<LogCut | null> {
	const tooMany = totalBytes - (before ? before.toBytes - before.fromBytes : 0) - limitBytes;
	if (limitBytes === 0 || tooMany <= 0) return null;
	const begin = before ? { offset: before.fromBytes, firstLine: before.fromLine } : await chunkFrom(Math.ceil(limitBytes * HEAD_SHARE));
	if (!begin) return null;
	const end = await chunkFrom((before?.toBytes ?? begin.offset) + tooMany);
	return end && { fromBytes: begin.offset, toBytes: end.offset, fromLine: begin.firstLine, toLine: end.firstLine };
}
