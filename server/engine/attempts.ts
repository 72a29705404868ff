/** Of each node the newest attempt: what an earlier one came to no longer decides anything. Keeps the order. */
export function latestAttempts<T extends { nodeId: string; attempt: number }>(runs: readonly T[]): T[] {
	const newest = new Map<string, T>();
	for (const run of runs) {
		const known = newest.get(run.nodeId);
		if (!known || run.attempt > known.attempt) newest.set(run.nodeId, run);
	}
	return runs.filter((run) => newest.get(run.nodeId) === run);
}
