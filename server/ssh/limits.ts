/** What ends a wait early. */
export type Interruption = "timeout" | "aborted";

/**
 * Calls `onEnd` once, after `timeoutMs` or when `signal` aborts (at once if it already has). Returns the function that calls it off.
 * Own listeners instead of AbortSignal.any, which keeps combined signals alive for as long as the longest-lived of them.
 */
export function limit(timeoutMs: number, signal: AbortSignal | undefined, onEnd: (why: Interruption) => void): () => void {
	let over = false;
	const end = (why: Interruption) => {
		if (over) return;
		release();
		onEnd(why);
	};
	const onAbort = () => end("aborted");
	const timer = setTimeout(() => end("timeout"), timeoutMs);
	const release = () => {
		over = true;
		clearTimeout(timer);
		signal?.removeEventListener("abort", onAbort);
	};
	if (signal?.aborted) queueMicrotask(onAbort);
	else signal?.addEventListener("abort", onAbort, { once: true });
	return release;
}

/** A limit that several waits in a row share, as a signal and the error that its end stands for. */
export interface Patience<E extends Error> {
	readonly signal: AbortSignal;
	/** Why the wait was over. */
	readonly why: () => E;
	/** Ends the wait from outside. */
	readonly giveUp: (error: E) => void;
	readonly release: () => void;
}

/** Begins a wait of at most `timeoutMs` that also ends with `signal`. Call `release` when it is no longer needed. */
export function patience<E extends Error>(
	timeoutMs: number,
	signal: AbortSignal | undefined,
	explain: (why: Interruption) => E,
): Patience<E> {
	const controller = new AbortController();
	let reason: E | undefined;
	const giveUp = (error: E) => {
		reason ??= error;
		controller.abort();
	};
	const release = limit(timeoutMs, signal, (why) => giveUp(explain(why)));
	return { signal: controller.signal, why: () => reason ?? explain("aborted"), giveUp, release };
}
