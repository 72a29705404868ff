"use client";

import { useCallback, useMemo, useState } from "react";
import { foldedAround, visibleLines } from "@/lib/log-lines.ts";
import type { RunLog } from "./use-run-log.ts";

export interface Folds {
	/** Numbers of the lines where the folded steps begin. */
	folded: ReadonlySet<number>;
	/** Indexes of the lines to draw; null = all. */
	shown: number[] | null;
	setFolded: (folded: ReadonlySet<number>) => void;
	toggle: (number: number) => void;
	foldAll: () => void;
	/** Unfolds the step that the line at this index is of. */
	unfoldAround: (index: number) => void;
}

/** Which steps of a log are folded. */
export function useFolds(log: RunLog): Folds {
	const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
	const shown = useMemo(() => visibleLines(log.lines, folded), [log, folded]);
	const unfoldAround = useCallback(
		(index: number) => {
			const others = foldedAround(log.lines, index);
			setFolded((old) => new Set([...old].filter((number) => others.has(number))));
		},
		[log],
	);
	const toggle = useCallback(
		(number: number) =>
			setFolded((old) => {
				const next = new Set(old);
				if (!next.delete(number)) next.add(number);
				return next;
			}),
		[],
	);
	return {
		folded,
		shown,
		setFolded,
		toggle,
		foldAll: () => setFolded(new Set(log.lines.sections.map(({ begin }) => log.lines.numberOf(begin)))),
		unfoldAround,
	};
}
