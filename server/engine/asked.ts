/**
 * Tells whoever carries a run that a person has asked something of it meanwhile, so that nobody waits for the next look. Only in memory:
 * what is asked stands in the run's row, where a look finds it in any case.
 */
export class Asked {
	readonly #listeners = new Map<string, Set<() => void>>();

	tell(runId: string): void {
		for (const listener of [...(this.#listeners.get(runId) ?? [])]) listener();
	}

	/** Returns how to listen no more. */
	listen(runId: string, listener: () => void): () => void {
		const of = this.#listeners.get(runId) ?? new Set();
		this.#listeners.set(runId, of.add(listener));
		return () => {
			of.delete(listener);
			if (of.size === 0 && this.#listeners.get(runId) === of) this.#listeners.delete(runId);
		};
	}
}
