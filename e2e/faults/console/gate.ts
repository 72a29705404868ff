/** Stands before and behind everything that one console does: what a frozen or a killed process does no more stops here. */
export class Gate {
	#state: "open" | "frozen" | "dead" = "open";
	#waiting: (() => void)[] = [];

	get frozen(): boolean {
		return this.#state === "frozen";
	}

	/** Resolves while the console runs; for a frozen one when it goes on, for a killed one never. */
	pass(): Promise<void> {
		if (this.#state === "open") return Promise.resolve();
		return new Promise((resolve) => {
			if (this.#state === "frozen") this.#waiting.push(resolve);
		});
	}

	freeze(): void {
		if (this.#state === "open") this.#state = "frozen";
	}

	thaw(): void {
		if (this.#state !== "frozen") return;
		this.#state = "open";
		for (const resolve of this.#waiting.splice(0)) resolve();
	}

	kill(): void {
		this.#state = "dead";
		this.#waiting = [];
	}

	/** Does `work` as the console would: it begins while the console runs, and its end is seen while it runs. */
	async run<T>(work: () => Promise<T>): Promise<T> {
		await this.pass();
		try {
			return await work();
		} finally {
			await this.pass();
		}
	}
}
