/** Gives a thing to one holder at a time, in the order they asked. */
export class Queue {
	#last: Promise<void> = Promise.resolve();

	/** Waits for the turn. The next in line waits until the returned function has been called; calling it again does nothing. */
	async turn(): Promise<() => void> {
		const before = this.#last;
		let done = () => {};
		this.#last = new Promise<void>((resolve) => {
			done = resolve;
		});
		await before;
		return done;
	}

	/** Runs `work` in its turn. */
	async run<T>(work: () => Promise<T>): Promise<T> {
		const done = await this.turn();
		try {
			return await work();
		} finally {
			done();
		}
	}
}
