import type { z } from "zod";
import type { LogSearch, logQuerySchema, logSearchQuerySchema } from "../../lib/contracts/log.ts";
import { logCutSchema } from "../../lib/contracts/run.ts";
import { LOG_HEADERS } from "../../lib/log-headers.ts";
import type { Console } from "../console.ts";
import { readLog, storedPieces } from "../logs/read.ts";
import { searchLog } from "../logs/search.ts";
import { wholeLog } from "../logs/whole-log.ts";
import { HttpError } from "./problem.ts";

const NO_STORE = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/** A piece of a run's log, or the whole of it as a file. Throws 404. */
export async function logAnswer(console: Console, runId: string, query: z.output<typeof logQuerySchema>): Promise<Response> {
	if (query.download) return logFile(console, runId);
	const piece = await readLog(console.db, runId, { offset: query.offset, limitBytes: query.limit });
	if (!piece) throw notFound(runId);
	return new Response(new Uint8Array(piece.bytes), {
		headers: {
			...NO_STORE,
			"content-type": "application/octet-stream",
			[LOG_HEADERS.offset]: String(piece.offset),
			[LOG_HEADERS.next]: String(piece.nextOffset),
			[LOG_HEADERS.total]: String(piece.totalBytes),
			[LOG_HEADERS.generation]: String(piece.generation),
			[LOG_HEADERS.firstLine]: String(piece.firstLine),
			...(piece.cut
				? {
						[LOG_HEADERS.cut]: logCutSchema
							.keyof()
							.options.map((name) => piece.cut?.[name])
							.join(" "),
					}
				: {}),
		},
	});
}

/** An answer's share of a search: a second or so. */
const SEARCH = { mostLines: 1_000, mostBytes: 8 * 1024 * 1024 };

/** A stretch of a search through a run's log. Throws 404. */
export async function logSearchAnswer(
	console: Console,
	runId: string,
	{ q, after }: z.output<typeof logSearchQuerySchema>,
	signal: AbortSignal,
): Promise<LogSearch> {
	const found = await searchLog(console.db, runId, { ...SEARCH, text: q, after, signal });
	if (!found) throw notFound(runId);
	return found;
}

async function logFile({ db }: Console, runId: string): Promise<Response> {
	const run = await db.run.findUnique({ where: { id: runId }, select: { nodeName: true, direction: true, logGeneration: true } });
	if (!run) throw notFound(runId);
	const pieces = wholeLog(storedPieces(db, runId, run.logGeneration), runId)[Symbol.asyncIterator]();
	const body = new ReadableStream<Uint8Array>({
		async pull(controller) {
			const next = await pieces.next();
			if (next.done) controller.close();
			else controller.enqueue(new Uint8Array(next.value));
		},
		async cancel() {
			await pieces.return?.();
		},
	});
	const name = `${run.nodeName}-${run.direction}-${runId}.log`.replace(/[^A-Za-z0-9._-]/g, "_");
	return new Response(body, {
		headers: { ...NO_STORE, "content-type": "text/plain; charset=utf-8", "content-disposition": `attachment; filename="${name}"` },
	});
}

function notFound(runId: string): HttpError {
	return new HttpError(404, "run.not-found", { run: runId });
}
