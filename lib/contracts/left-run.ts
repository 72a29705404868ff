import { z } from "zod";
import { runDecisionInputSchema } from "./decision.ts";
import { directionSchema } from "./plan.ts";

/**
 * A run folder on a node that this console has no record of and that has no final state (safety rule 21): of a console that lost its
 * database, or of another one.
 */
export const leftRunStateSchema = z.enum([
	/** Nothing that runs was changed: prepared, or being prepared. */
	"prepared",
	/** A script of the run works on the node right now. */
	"working",
	/** The cutover ended well; nobody has committed it. */
	"verified",
	/** The cutover ended without coming so far. */
	"stopped",
	/** The decision stands; only its end is missing. */
	"committed",
	"going-back",
	/** The node could not say. */
	"unknown",
]);
export type LeftRunState = z.infer<typeof leftRunStateSchema>;

export const leftRunChoiceSchema = z.enum(["keep", "go-back"]);
export type LeftRunChoice = z.infer<typeof leftRunChoiceSchema>;

export const leftRunSchema = z.object({
	runId: z.string(),
	state: leftRunStateSchema,
	/** Of the console that holds the node for this run; "" where the node names none for it. */
	console: z.string(),
	/** True where that is another console than this one: it may be alive. */
	foreign: z.boolean(),
	/** Seconds until the node goes back by itself; null where nothing is armed. */
	revertInS: z.number().nullable(),
	/** What its console had noted beside it; null where it noted nothing that can be read: then it cannot be adopted. */
	noted: z
		.object({
			direction: directionSchema,
			fromRuntime: z.string(),
			toRuntime: z.string(),
			by: z.string(),
			reason: z.string(),
			ticket: z.string(),
			/** Its policy asks for a ticket with every decision. */
			ticketNeeded: z.boolean(),
		})
		.nullable(),
	/** What a person may decide now. */
	choices: z.array(leftRunChoiceSchema),
	/** The command that takes the node back without any console. */
	byHand: z.string(),
});
export type LeftRun = z.infer<typeof leftRunSchema>;

/** GET /nodes/:id/left-runs : runs on the node that this console has no record of, read from the node now. */
export const leftRunListSchema = z.object({ runs: z.array(leftRunSchema) });

/** POST /nodes/:id/left-runs : takes one over; answers with its id. */
export const adoptInputSchema = runDecisionInputSchema.extend({
	runId: z.string().regex(/^[a-z0-9]{8,32}$/),
	choice: leftRunChoiceSchema,
});
