/** Of how many runs it is known; the oldest are forgotten, and taken again as they are stored. */
const MOST = 20_000;

/**
 * When runs have ended, so that a clock of the console's that is put right makes no rest between waves shorter or longer: how long ago it was
 * is taken from what is stored once, when a run is first seen to have ended, and measured from then on.
 */
export class Endings {
	readonly #seen = new Map<string, { endedMs: number; agoMs: number; atMs: number }>();

	/** `monotonicMs`: a clock that nobody sets. */
	constructor(private readonly monotonicMs: () => number) {}

	/** As the clock would have shown it that shows `nowMs` now: milliseconds since 1970; null where it has not ended. */
	endedMs(runId: string, endedAt: Date | null, nowMs: number): number | null {
		if (endedAt === null) return null;
		const atMs = this.monotonicMs();
		let known = this.#seen.get(runId);
		if (known?.endedMs !== endedAt.getTime()) {
			// Stored by a clock that was ahead then: nothing ends later than now.
			known = { endedMs: endedAt.getTime(), agoMs: Math.max(0, nowMs - endedAt.getTime()), atMs };
			this.#seen.delete(runId);
			this.#seen.set(runId, known);
			const oldest = this.#seen.keys().next();
			if (this.#seen.size > MOST && !oldest.done) this.#seen.delete(oldest.value);
		}
		return nowMs - known.agoMs - (atMs - known.atMs);
	}
}
