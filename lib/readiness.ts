import type { NodeView } from "./contracts/node.ts";

/** How a node stands before a migration, what needs somebody first. */
export const READINESS = ["blocked", "attention", "unknown", "ready", "containerd"] as const;
export type Readiness = (typeof READINESS)[number];

type Judged = Pick<NodeView, "runtime" | "gone" | "probeError" | "preflight">;

/**
 * By what preflight said at the last reading. A reading that failed since, and a node that is gone, are "unknown" whatever was
 * said before; a node on containerd is "containerd" whatever is left to do there.
 */
export function readiness(node: Judged): Readiness {
	if (node.gone) return "unknown";
	if (node.runtime === "containerd") return "containerd";
	if (node.probeError !== null || node.preflight === null) return "unknown";
	if (node.preflight.block.length > 0) return "blocked";
	return node.preflight.warn.length > 0 ? "attention" : "ready";
}

/** Every code that preflight gave, the blocking ones first. */
export function findingCodes({ preflight }: Pick<NodeView, "preflight">): readonly string[] {
	return preflight ? [...preflight.block, ...preflight.warn, ...preflight.note] : [];
}
