import type { ExecutorPorts } from "./context.ts";

/**
 * Milliseconds since 1970 as the console's clock shows them now, and from then on by the one that nobody sets: what is limited or repeated by
 * it keeps its time when the console's clock is put right.
 */
export function steadyClock({ now, monotonicMs }: Pick<ExecutorPorts, "now" | "monotonicMs">): () => number {
	const aheadMs = now().getTime() - monotonicMs();
	return () => aheadMs + monotonicMs();
}
