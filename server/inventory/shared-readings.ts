/**
 * One reading for all who ask for the same while it is under way, unless something was written after it had begun: then it might not tell
 * what whoever wrote that has to see.
 */
export class SharedReadings<T> {
	readonly #underWay = new Map<string, { commits: number; answer: Promise<T> }>();

	/** `commits` tells how often something has been written. */
	constructor(private readonly commits: () => number) {}

	of(key: string, read: () => Promise<T>): Promise<T> {
		const commits = this.commits();
		const shared = this.#underWay.get(key);
		if (shared?.commits === commits) return shared.answer;
		const answer = read().finally(() => {
			if (this.#underWay.get(key)?.answer === answer) this.#underWay.delete(key);
		});
		this.#underWay.set(key, { commits, answer });
		return answer;
	}
}
