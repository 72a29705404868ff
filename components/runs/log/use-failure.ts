"use client";

import { useEffect, useMemo, useRef } from "react";
import type { RunView } from "@/lib/contracts/run.ts";
import { firstError, foldedAround } from "@/lib/log-lines.ts";
import type { RunLog } from "./use-run-log.ts";

interface Failure {
	/** Index of the first line that says why, where it is held. */
	error: number | null;
	/** Number of the line where the step that failed begins, by the run. */
	failedLine: number | null;
}

interface Watched {
	log: RunLog;
	run: RunView;
	/** The address names a line: that one is shown then. */
	linked: boolean;
	following: boolean;
	/** `folded`: the steps to fold; null = as they are. */
	onFailure: (line: number, folded: ReadonlySet<number> | null) => void;
}

/**
 * Where a run failed; and once, by itself, brings the view there: one that is opened after that with the other steps folded, one that is
 * followed as soon as the log says it. Whoever reads elsewhere in it stays there.
 */
export function useFailure({ log, run, linked, following, onFailure }: Watched): Failure {
	const error = useMemo(() => firstError(log.lines.lines), [log]);
	const failedLine = run.steps.find((step) => step.state === "failed")?.logLine ?? null;
	const watch = useRef<"opening" | "watching" | "over">("opening");
	useEffect(() => {
		const { reader, lines, count } = log;
		if (linked) watch.current = "over";
		if (watch.current === "over" || reader.loading || count === 0) return;
		const opening = watch.current === "opening";
		if (error === null) {
			// It lies before what is held of a long log: read back to there first.
			if (opening && failedLine !== null && failedLine < lines.firstLine) onFailure(failedLine, null);
			else watch.current = "watching";
			return;
		}
		watch.current = "over";
		if (run.state === "done") return;
		if (opening) onFailure(lines.numberOf(error), foldedAround(lines, error));
		else if (following) onFailure(lines.numberOf(error), null);
	}, [log, error, failedLine, linked, run.state, following, onFailure]);
	return { error, failedLine };
}
