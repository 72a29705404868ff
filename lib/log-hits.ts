/**
 * Lines that hold what is searched for, by number: those that the server found before the part that is held here, and those found in it.
 * Both ascend, and so does the result, each line once.
 */
export function mergeHits(before: readonly number[], held: readonly number[], firstHeld: number): number[] {
	// The first line that is held may be held in part only: then only the server sees that it matches.
	const earlier = before.filter((line) => line < firstHeld || (line === firstHeld && held[0] !== line));
	return [...earlier, ...held];
}

/** The next (`by` 1) or previous (-1) hit after the line that is shown, round and round; from none: the first or last. Null without hits. */
export function nextHit(hits: readonly number[], current: number | null, by: 1 | -1): number | null {
	if (hits.length === 0) return null;
	if (current === null) return (by === 1 ? hits[0] : hits.at(-1)) ?? null;
	const next = by === 1 ? (hits.find((line) => line > current) ?? hits[0]) : (hits.findLast((line) => line < current) ?? hits.at(-1));
	return next ?? null;
}
