/** Replaces `text.slice(start, end)` by `insert`. */
export type Splice = { readonly start: number; readonly end: number; readonly insert: string };

/** Applies splices that do not overlap, in any order. */
export function applySplices(text: string, splices: readonly Splice[]): string {
	const ordered = [...splices].sort((a, b) => b.start - a.start || b.end - a.end);
	let result = text;
	let limit = text.length;
	for (const { start, end, insert } of ordered) {
		if (end > limit || start > end) throw new RangeError("splices overlap");
		result = result.slice(0, start) + insert + result.slice(end);
		limit = start;
	}
	return result;
}

/** Where an offset of the text before lies in the text after; what was replaced lies at the begin of its replacement. */
export function moveOffset(offset: number, splices: readonly Splice[]): number {
	let moved = offset;
	for (const { start, end, insert } of splices) {
		if (offset >= end && offset > start) moved += insert.length - (end - start);
		else if (offset > start) moved -= offset - start;
	}
	return moved;
}
