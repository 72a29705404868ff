/** Something that lasted, in milliseconds since 1970; `toMs` null = it still does. */
export interface Span {
	fromMs: number;
	toMs: number | null;
}

/** Where a moment lies: 0 = the left edge, 1 = the right one. */
export interface TimelineScale {
	at(ms: number): number;
	/** Where something begins after nothing was under way for long: such a stretch is drawn as a gap of one width. The first one is at the left edge. */
	starts: { ms: number; at: number }[];
	/** Middles of the gaps. */
	gaps: number[];
}

/** Of the width, each gap; of all of them together, at most half. */
const GAP = 0.03;
/** A stretch is a gap where it is longer than this part of all that was under way. */
const LONG = 0.1;

/**
 * A scale over what was under way at some time. Nights and weeks in which nothing was are drawn as gaps of one width, since minutes among
 * them would be too small to see. Null for no spans.
 */
export function timelineScale(spans: readonly Span[], nowMs: number): TimelineScale | null {
	const busy = merged(spans, nowMs);
	const first = busy[0];
	const last = busy.at(-1);
	if (!first || !last) return null;
	const underWay = busy.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
	const stretches: { fromMs: number; toMs: number }[] = [];
	for (const one of busy) {
		const before = stretches.at(-1);
		if (before && one.fromMs - before.toMs <= underWay * LONG) before.toMs = one.toMs;
		else stretches.push({ ...one });
	}
	const gap = stretches.length === 1 ? 0 : Math.min(GAP, 0.5 / (stretches.length - 1));
	const drawn = 1 - gap * (stretches.length - 1);
	const total = Math.max(
		1,
		stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
	);
	let left = 0;
	const placed = stretches.map((stretch) => {
		const width = ((stretch.toMs - stretch.fromMs) / total) * drawn;
		const place = { ...stretch, left, width };
		left += width + gap;
		return place;
	});
	return {
		at(ms) {
			const place = placed.find(({ toMs }) => ms <= toMs);
			if (!place) return 1;
			const length = place.toMs - place.fromMs;
			return place.left + (length === 0 ? 0 : (Math.max(0, ms - place.fromMs) / length) * place.width);
		},
		starts: placed.map((place) => ({ ms: place.fromMs, at: place.left })),
		gaps: placed.slice(1).map((place) => place.left - gap / 2),
	};
}

/** What overlaps as one, in order. */
function merged(spans: readonly Span[], nowMs: number): { fromMs: number; toMs: number }[] {
	const busy: { fromMs: number; toMs: number }[] = [];
	const ended = spans.map(({ fromMs, toMs }) => ({ fromMs, toMs: Math.max(fromMs, toMs ?? nowMs) }));
	for (const one of ended.sort((a, b) => a.fromMs - b.fromMs)) {
		const before = busy.at(-1);
		if (before && one.fromMs <= before.toMs) before.toMs = Math.max(before.toMs, one.toMs);
		else busy.push(one);
	}
	return busy;
}
