import type { Policy } from "./contracts/plan.ts";

/**
 * What a person decides once a migration is planned, and has to say why; and by which ticket where its policy asks for one. To pause, to
 * cancel and to take a schedule back are the brakes: nothing may stand in their way, and why is said afterwards. A start has its migration's
 * own reason and ticket.
 */
const ASK_WHY = [
	"resume",
	"stop",
	"retry-failed",
	"start-not-started",
	"change-pace",
	"add-nodes",
	"uncordon",
	"look-again",
	"keep",
	"adopt",
] as const;

/** Whether this decision is refused without a reason. */
export function asksWhy(action: string): boolean {
	return (ASK_WHY as readonly string[]).includes(action);
}

/** Whether it is refused without a ticket, its own or the migration's. */
export function asksTicket({ ticketNeeded }: Pick<Policy, "ticketNeeded">, action: string): boolean {
	return ticketNeeded && asksWhy(action);
}

/** Longer ones are cut in the audit, characters. */
export const LONGEST_REASON = 500;
