import { z } from "zod";

/** What somebody decided about a migration or one of its nodes, from the audit. */
export const decisionViewSchema = z.object({
	/** Of its audit event. */
	id: z.number().int(),
	at: z.string(),
	by: z.string(),
	/** Whoever asks is who decided it. */
	mine: z.boolean(),
	/** As the audit has it: `migration.pause`. */
	action: z.string(),
	/** The node that it was about; null for the migration as a whole. */
	node: z.string().nullable(),
	/** Given with it or afterwards; empty where none was. */
	reason: z.string(),
	ticket: z.string(),
});
export type DecisionView = z.infer<typeof decisionViewSchema>;

/** POST /runs/:id/cancel, /uncordon, /keep and /look-again. 422 where a reason is missing, or the ticket that the policy asks for; not for cancel. */
export const runDecisionInputSchema = z.object({
	reason: z.string().trim().max(2_000).optional(),
	ticket: z.string().trim().max(200).optional(),
});
export type RunDecisionInput = z.input<typeof runDecisionInputSchema>;
