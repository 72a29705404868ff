import { KubernetesError } from "./error.ts";

/** Every call to a cluster takes these. */
export interface CallOptions {
	/** Ends the call; it then throws `cluster.aborted`. */
	signal?: AbortSignal;
	/** Limit for the whole call, waiting for a connection and all pages included, in milliseconds. Default 15000. */
	timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 15_000;

/**
 * Runs `work` with a signal that fires at the limit or when the caller gives up; its reason is the KubernetesError to
 * throw. A timer and a listener of its own, taken away at the end: AbortSignal.any keeps long-lived signals' children.
 */
export async function limited<T>(server: string, options: CallOptions | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
	const { signal: given, timeoutMs = DEFAULT_TIMEOUT_MS } = options ?? {};
	const limit = new AbortController();
	const giveUp = () => limit.abort(new KubernetesError("cluster.aborted", {}, { cause: given?.reason }));
	if (given?.aborted) giveUp();
	else given?.addEventListener("abort", giveUp, { once: true });
	const timer = setTimeout(() => limit.abort(new KubernetesError("cluster.timeout", { server, timeoutMs })), timeoutMs);
	try {
		limit.signal.throwIfAborted();
		return await work(limit.signal);
	} catch (error) {
		// The client reads an answer that is no JSON, or not the object it should be, with JSON.parse.
		if (error instanceof SyntaxError)
			throw new KubernetesError("cluster.not-kubernetes", { server, reason: "unreadable" }, { cause: error });
		throw error;
	} finally {
		clearTimeout(timer);
		given?.removeEventListener("abort", giveUp);
	}
}
