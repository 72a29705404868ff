import type { z } from "zod";
import type { runDecisionInputSchema } from "../../lib/contracts/decision.ts";
import type { Policy } from "../../lib/contracts/plan.ts";
import { HttpError } from "./problem.ts";

/** What was said with a decision, as the audit keeps it. */
export function given({ reason, ticket }: z.output<typeof runDecisionInputSchema>): Record<string, string> {
	return { ...(reason ? { reason } : {}), ...(ticket ? { ticket } : {}) };
}

/** Reason and ticket of a decision. Throws 422 where no reason is given, and where the policy asks for a ticket and there is none at all. */
export function wordFor(
	{ policy, ticket: own }: { policy: Pick<Policy, "ticketNeeded">; ticket: string },
	{ reason, ticket }: z.output<typeof runDecisionInputSchema>,
): Record<string, string> {
	if (!reason) throw new HttpError(422, "migration.why-needed");
	if (!policy.ticketNeeded) return { reason };
	if (!ticket && !own) throw new HttpError(422, "migration.ticket-needed");
	return { reason, ticket: ticket || own };
}
