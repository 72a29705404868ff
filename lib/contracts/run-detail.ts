import { z } from "zod";
import { factsSchema } from "./facts.ts";
import { findingSchema } from "./finding.ts";
import { planSchema } from "./plan.ts";
import { migrationViewSchema, runEventSchema, runViewSchema } from "./run.ts";

/** GET /runs/:id */
export const runDetailSchema = z.object({
	run: runViewSchema,
	migration: migrationViewSchema,
	findings: z.array(findingSchema.extend({ overridable: z.boolean() })),
	plan: planSchema.nullable(),
	/** What its plan was made from; null where it was not planned, or by a console whose facts this one does not read. */
	facts: factsSchema.nullable(),
	events: z.array(runEventSchema),
	evidence: z.array(z.object({ name: z.string(), text: z.string() })),
});
export type RunDetail = z.infer<typeof runDetailSchema>;

/** POST /runs/:id/uncordon: the node of an ended run that had to leave it cordoned takes pods again. */
export const uncordonAnswerSchema = z.object({ result: z.enum(["uncordoned", "was-schedulable", "gone"]) });
