"use client";

import { useCallback, useEffect, useState } from "react";
import { nextHit } from "@/lib/log-hits.ts";

interface HitView {
	/** Number of the found line that was gone to last. */
	hit: number | null;
	/** Goes to the next (1) or the previous (-1) found line. */
	step: (by: 1 | -1) => void;
	/** Another text is looked for. */
	reset: () => void;
}

/**
 * Which of the found lines the reader is at. `pending`: there may be more than `hits` soon, and a step that finds none yet is taken once the
 * first has come, so that who types and presses Enter before the log is read is not left where they were.
 */
export function useHit(hits: readonly number[], pending: boolean, onHit: (number: number) => void): HitView {
	const [hit, setHit] = useState<number | null>(null);
	const [wanted, setWanted] = useState<1 | -1 | null>(null);
	const step = useCallback(
		(by: 1 | -1) => {
			const next = nextHit(hits, hit, by);
			setWanted(next === null && pending ? by : null);
			if (next === null) return;
			setHit(next);
			onHit(next);
		},
		[hits, hit, pending, onHit],
	);
	useEffect(() => {
		if (wanted !== null && (hits.length > 0 || !pending)) step(wanted);
	}, [wanted, hits, pending, step]);
	const reset = useCallback(() => {
		setHit(null);
		setWanted(null);
	}, []);
	return { hit, step, reset };
}
