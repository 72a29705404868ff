import { leftOutLine, nodeLogPath } from "../../lib/log-cut.ts";
import type { StoredPiece } from "./read.ts";

/** The log as one text: where something is left out, a line of its own says so. */
export async function* wholeLog(pieces: AsyncIterable<StoredPiece>, runId: string): AsyncIterable<Uint8Array> {
	let end = 0;
	let last = 10;
	for await (const { offset, bytes } of pieces) {
		if (offset > end) yield Buffer.from(`${last === 10 ? "" : "\n"}${leftOutLine(offset - end, nodeLogPath(runId))}`);
		yield bytes;
		end = offset + bytes.length;
		last = bytes.at(-1) ?? last;
	}
}
