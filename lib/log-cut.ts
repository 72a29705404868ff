import type { LogCut } from "./contracts/run.ts";

/** As a header carries it: four numbers in the order of logCutSchema. */
export function cutToHeader({ fromBytes, toBytes, fromLine, toLine }: LogCut): string {
	return [fromBytes, toBytes, fromLine, toLine].join(" ");
}

/** Null where there is none, or it is not one. */
export function cutFromHeader(header: string | null): LogCut | null {
	const parts = /^(\d{1,15}) (\d{1,15}) (\d{1,15}) (\d{1,15})$/.exec(header ?? "");
	if (!parts) return null;
	const [fromBytes = 0, toBytes = 0, fromLine = 0, toLine = 0] = parts.slice(1).map(Number);
	return { fromBytes, toBytes, fromLine, toLine };
}

/** True where the line, or a part of it, is left out. */
export function isLeftOut(cut: LogCut | null, line: number): boolean {
	return cut !== null && line >= cut.fromLine && line < cut.toLine;
}

/**
 * The line of a log as text, downloaded or copied, where part of it is left out. A code with its values, like the markers of the node's
 * scripts, since a file has no reader's language; no node writes it.
 */
export function leftOutLine(bytes: number, path: string): string {
	return `##gantry-console left-out bytes=${bytes} whole-log=${path}\n`;
}

/** The run's log on the node. */
export function nodeLogPath(runId: string): string {
	return `/var/lib/gantry/runs/${runId}/log`;
}
