import type { Direction } from "./contracts/plan.ts";

const CONTAINERD = "containerd://";

/**
 * True where a run completes a change to containerd that somebody made before: its node is on containerd before and after, and it leaves
 * no snapshot of Docker.
 */
export function isCompletion(run: { direction: Direction | string; fromRuntime: string }): boolean {
	return run.direction === "migrate" && run.fromRuntime.startsWith(CONTAINERD);
}

/** The same as a condition on rows of runs. */
export const COMPLETIONS = { direction: "migrate", fromRuntime: { startsWith: CONTAINERD } } as const;
