/** Of steps, after what is only prepared and but for what takes it back. */
export const OUT_PHASES: readonly string[] = ["drain", "cutover", "verify", "finish"];

/** Whether a node has been out by this run: clean-ups of what was only prepared are no sign of it. */
export function hasBeenOut(steps: readonly { phase: string; startedAt: string | Date | null }[]): boolean {
	return steps.some(({ phase, startedAt }) => startedAt !== null && OUT_PHASES.includes(phase));
}

/** When a node left the cluster: its first step after prepare, milliseconds since 1970. Null where none of them has begun. */
export function wentOutMs(steps: readonly { phase: string; startedAt: string | Date | null }[]): number | null {
	const starts = steps.flatMap(({ phase, startedAt }) => (phase === "prepare" || startedAt === null ? [] : new Date(startedAt).getTime()));
	return starts.length > 0 ? Math.min(...starts) : null;
}
