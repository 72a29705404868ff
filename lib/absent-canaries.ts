import type { MigrationView, RunView } from "./contracts/run.ts";

export interface AbsentCanaries {
	/** Names of the nodes that were named as canaries and cannot go. */
	names: string[];
	/** Others that were named can: the rest of the canaries still shows how it goes. */
	othersGo: boolean;
}

/**
 * Canaries that were named and cannot go: nobody else takes their place, so with the last of them goes what the canaries were to show, and the
 * rest waits for a person (lib/rollout-waves.ts). Null where all can go, or where no canary was named.
 */
export function absentCanaries(
	{ policy }: Pick<MigrationView, "policy">,
	runs: readonly Pick<RunView, "nodeId" | "nodeName" | "state">[],
): AbsentCanaries | null {
	const named = new Set(policy.rollout.canary?.nodeIds);
	const canaries = runs.filter((run) => named.has(run.nodeId));
	const absent = canaries.filter((run) => run.state === "skipped");
	return absent.length === 0 ? null : { names: absent.map((run) => run.nodeName), othersGo: absent.length < canaries.length };
}
