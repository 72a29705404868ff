import type { Policy } from "./contracts/plan.ts";

/**
 * What a person decides once a migration is planned, and has to say why and by which ticket where its policy asks for a ticket. To pause and to
 * cancel are the brakes: nothing may stand in their way, and why can be said afterwards. A start has its migration's own reason and ticket.
 */
const ASK_WHY = ["unschedule", "resume", "stop", "retry-failed", "start-not-started", "change-pace", "add-nodes", "uncordon"] as const;

/** Whether this decision is refused without a reason. */
export function asksWhy({ ticketNeeded }: Pick<Policy, "ticketNeeded">, action: string): boolean {
	return ticketNeeded && (ASK_WHY as readonly string[]).includes(action);
}

/** Longer ones are cut in the audit, characters. */
export const LONGEST_REASON = 500;
