/** Failed attempts for one account within the window before it must wait. */
const MOST_FAILURES = 10;
const WINDOW_MS = 60_000;
/** Names that were never heard of are counted too; this many are kept. */
const MOST_NAMES = 10_000;

/**
 * Counts failed sign-ins by account. better-auth counts requests by address; whoever has many addresses is stopped here. It forgets
 * at a restart and after a minute: an account is never locked for long by somebody else's attempts.
 */
export class SignInLimit {
	readonly #failures = new Map<string, number[]>();

	/** `nowMs` by a clock that never jumps. */
	constructor(private readonly nowMs: () => number = () => performance.now()) {}

	/** Seconds until this account may try again; 0 = now. */
	waitS(account: string): number {
		const recent = this.#recent(account);
		const first = recent[0];
		if (recent.length < MOST_FAILURES || first === undefined) return 0;
		return Math.ceil((first + WINDOW_MS - this.nowMs()) / 1_000);
	}

	failed(account: string): void {
		const recent = [...this.#recent(account), this.nowMs()].slice(-MOST_FAILURES);
		this.#failures.delete(account);
		this.#failures.set(account, recent);
		const oldest = this.#failures.keys().next();
		if (this.#failures.size > MOST_NAMES && !oldest.done) this.#failures.delete(oldest.value);
	}

	succeeded(account: string): void {
		this.#failures.delete(account);
	}

	#recent(account: string): number[] {
		return (this.#failures.get(account) ?? []).filter((at) => this.nowMs() - at < WINDOW_MS);
	}
}
