import { holdsText, LONGEST_QUERY } from "../../lib/log-lines.ts";
import type { Db } from "../db/client.ts";
import { type StoredPiece, storedPieces } from "./read.ts";

/** What one look through a stretch of a log found. */
export interface LogMatches {
	generation: number;
	/** Numbers of the lines that hold the text, from 1, ascending. */
	lines: number[];
	/** The last line that was looked at, to go on after; null where the log's end was reached. */
	next: number | null;
}

export interface LogSearchOptions {
	/** Looked for as it is, whatever its case; not empty. */
	text: string;
	/** Number of the line after which to begin; 0 = from the beginning. */
	after: number;
	mostLines: number;
	/** Stops at the end of a line once it has read so much. */
	mostBytes: number;
	signal?: AbortSignal;
}

/** A line that is longer is looked through in parts that overlap. Characters. */
const LONGEST_LINE = 256 * 1024;

/**
 * Looks through the newest generation of a run's log, piece by piece: what is held at once is a few MiB, whatever the log's length. What is
 * left out of its middle is passed over, and lines keep their numbers. Null where there is no such run; rejects with the signal's reason.
 */
export async function searchLog(db: Db, runId: string, options: LogSearchOptions): Promise<LogMatches | null> {
	const run = await db.run.findUnique({ where: { id: runId }, select: { logGeneration: true } });
	if (!run) return null;
	const generation = run.logGeneration;
	const { after } = options;
	// The line after which it begins may end in a piece that begins with it.
	const begin = await db.logChunk.findFirst({
		where: { runId, generation, firstLine: { lte: after } },
		orderBy: { offset: "desc" },
		select: { offset: true },
	});
	return { generation, ...(await searchPieces(storedPieces(db, runId, generation, begin?.offset ?? 0), options)) };
}

/** The same over pieces that lie one after the other, or with gaps between them. */
export async function searchPieces(
	pieces: AsyncIterable<StoredPiece>,
	{ text, after, mostLines, mostBytes, signal }: LogSearchOptions,
): Promise<Omit<LogMatches, "generation">> {
	const wanted = text.toLowerCase();
	const lines: number[] = [];
	let decoder = new TextDecoder();
	let rest = "";
	let line = 1;
	let end: number | null = null;
	let bytes = 0;
	const look = (part: string) => {
		if (line > after && lines.at(-1) !== line && holdsText(part, wanted)) lines.push(line);
	};
	for await (const piece of pieces) {
		signal?.throwIfAborted();
		if (piece.offset !== end) {
			// Lines before what is left out are as whole as they will ever be.
			if (rest !== "") look(rest);
			if (lines.length >= mostLines) return { lines, next: lines.at(-1) ?? null };
			rest = "";
			decoder = new TextDecoder();
			line = piece.firstLine;
		}
		end = piece.offset + piece.bytes.length;
		bytes += piece.bytes.length;
		const parts = (rest + decoder.decode(piece.bytes, { stream: true })).split("\n");
		rest = parts.pop() ?? "";
		for (const part of parts) {
			look(part);
			if (lines.length >= mostLines) return { lines, next: line };
			line += 1;
		}
		if (rest.length > LONGEST_LINE) {
			look(rest);
			rest = rest.slice(-LONGEST_QUERY);
		}
		if (bytes >= mostBytes && line - 1 > after) return { lines: lines.filter((one) => one < line), next: line - 1 };
	}
	if (rest !== "") look(rest);
	return { lines, next: null };
}
