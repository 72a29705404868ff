import type { Message } from "./contracts/finding.ts";
import type { Gate } from "./contracts/rollout.ts";

/** Why a migration says that it is paused, while a person is asked between two waves. */
export const GATE_ASKS = { canary: "migration.canary-ended", "control-plane": "migration.control-plane-next" } as const satisfies Record<
	Gate,
	string
>;

/** The question that a migration waits with; null where it waits for something else, or not at all. */
export function askedGate({ state, stateWhy }: { state: string; stateWhy: Message | null }): Gate | null {
	if (state !== "paused") return null;
	return (Object.keys(GATE_ASKS) as Gate[]).find((gate) => GATE_ASKS[gate] === stateWhy?.code) ?? null;
}
