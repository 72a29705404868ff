/** When a node left the cluster: its first step after prepare, milliseconds since 1970. Null where none of them has begun. */
export function wentOutMs(steps: readonly { phase: string; startedAt: string | Date | null }[]): number | null {
	const starts = steps.flatMap(({ phase, startedAt }) => (phase === "prepare" || startedAt === null ? [] : new Date(startedAt).getTime()));
	return starts.length > 0 ? Math.min(...starts) : null;
}
