/** Thrown inside a process that was ended by a signal. */
export class Killed extends Error {
	override readonly name = "Killed";

	constructor(readonly signal: number) {
		super(`killed by signal ${signal}`);
	}
}

export const SIGNALS: Readonly<Record<string, number>> = { HUP: 1, INT: 2, KILL: 9, USR1: 10, PIPE: 13, TERM: 15, CHLD: 17 };

/** `9`, `KILL`, `SIGKILL` → 9; undefined for no signal's name. */
export function signalNumber(text: string): number | undefined {
	if (/^\d+$/.test(text)) return Number(text);
	return SIGNALS[text.toUpperCase().replace(/^SIG/, "")];
}

/**
 * What can be ended together: a unit's cgroup, what `timeout` started, one SSH channel's shell. Scopes nest, and ending one ends
 * everything in it. A process looks at its scope before each command; whatever waits is woken.
 */
export class Scope {
	private endedBy: number | undefined;
	private readonly waiting = new Set<() => void>();
	private readonly children = new Set<Scope>();

	constructor(readonly parent?: Scope) {
		parent?.children.add(this);
		if (parent?.signal !== undefined) this.endedBy = parent.signal;
	}

	/** The signal that ended it, or undefined while it lives. */
	get signal(): number | undefined {
		return this.endedBy;
	}

	kill(signal: number): void {
		if (this.endedBy !== undefined) return;
		this.endedBy = signal;
		for (const child of this.children) child.kill(signal);
		for (const wake of [...this.waiting]) wake();
		this.waiting.clear();
	}

	/** Gone from its parent; a scope that is over must not be kept by one that lives long. */
	release(): void {
		this.parent?.children.delete(this);
	}

	/** Throws Killed where it was ended. */
	check(): void {
		if (this.endedBy !== undefined) throw new Killed(this.endedBy);
	}

	/** Waits for `promise`, but throws Killed as soon as the scope ends. */
	race<T>(value: T | Promise<T>): T | Promise<T> {
		this.check();
		return value instanceof Promise ? this.#raceLater(value) : value;
	}

	async #raceLater<T>(promise: Promise<T>): Promise<T> {
		let wake: () => void = () => {};
		const ended = new Promise<never>((_, reject) => {
			wake = () => reject(new Killed(this.endedBy ?? 9));
			this.waiting.add(wake);
		});
		try {
			return await Promise.race([promise, ended]);
		} finally {
			this.waiting.delete(wake);
		}
	}

	/** Resolves after real milliseconds; throws Killed when the scope ends before. */
	sleep(ms: number): Promise<void> {
		this.check();
		return new Promise((resolve, reject) => {
			const wake = () => {
				clearTimeout(timer);
				reject(new Killed(this.endedBy ?? 9));
			};
			const timer = setTimeout(() => {
				this.waiting.delete(wake);
				resolve();
			}, ms);
			this.waiting.add(wake);
		});
	}

	/** Calls back when it ends, at once where it has; returns what takes that back. */
	onEnd(callback: (signal: number) => void): () => void {
		const wake = () => callback(this.endedBy ?? 9);
		if (this.endedBy !== undefined) wake();
		else this.waiting.add(wake);
		return () => this.waiting.delete(wake);
	}
}
