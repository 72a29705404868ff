interface Waiter {
	take: () => void;
	cancel: () => void;
}

/** At most `limit` holders at a time; the others wait in the order they came. */
export class Slots {
	private taken = 0;
	private readonly waiting: Waiter[] = [];

	constructor(private limit: number) {}

	get inUse(): number {
		return this.taken;
	}

	get queued(): number {
		return this.waiting.length;
	}

	/** Resolves with the function that gives the slot back, which may be called more than once. Rejects with what `onAbort` makes when `signal` aborts. */
	acquire(signal: AbortSignal | undefined, onAbort: () => Error): Promise<() => void> {
		if (signal?.aborted) return Promise.reject(onAbort());
		if (this.taken < this.limit) return Promise.resolve(this.hold());
		return new Promise((resolve, reject) => {
			const cancel = () => {
				const at = this.waiting.indexOf(waiter);
				if (at >= 0) this.waiting.splice(at, 1);
				reject(onAbort());
			};
			const waiter = {
				take: () => {
					signal?.removeEventListener("abort", cancel);
					resolve(this.hold());
				},
				cancel,
			};
			this.waiting.push(waiter);
			signal?.addEventListener("abort", cancel, { once: true });
		});
	}

	/** Lowers the limit to what has proved to be possible. Never below one. */
	lowerTo(limit: number): void {
		this.limit = Math.max(1, Math.min(this.limit, limit));
	}

	private hold(): () => void {
		this.taken++;
		let held = true;
		return () => {
			if (!held) return;
			held = false;
			this.taken--;
			if (this.taken < this.limit) this.waiting.shift()?.take();
		};
	}
}
