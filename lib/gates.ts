import type { Gate } from "./contracts/rollout.ts";

/** Why a migration says that it is paused, while a person is asked between two waves. */
export const GATE_ASKS = { canary: "migration.canary-ended", "control-plane": "migration.control-plane-next" } as const satisfies Record<
	Gate,
	string
>;
