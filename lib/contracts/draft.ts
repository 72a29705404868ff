import { z } from "zod";
import { migrationDraftSchema } from "../migration-draft.ts";
import { findingSchema, messageSchema } from "./finding.ts";
import { directionSchema } from "./plan.ts";
import { migrationStateSchema, runStateSchema } from "./run.ts";

/** Parts of a new migration that are entered and checked before its review. */
export const draftStepSchema = z.enum(["nodes", "policy", "preflight"]);
export type DraftStep = z.infer<typeof draftStepSchema>;

/** So many drafts are kept of one person; another one is refused until one is discarded. */
export const MOST_DRAFTS = 20;

/** How far preflight has come with one node. */
export const checkStateSchema = z.enum([
	/** Waits until others have been read. */
	"waiting",
	/** Facts are read from the node. */
	"reading",
	/** The cluster is asked, and the plan made. */
	"checking",
	/** It can go. */
	"ready",
	/** Something that was found keeps it. */
	"blocked",
	/** It could not be read or planned. */
	"failed",
]);
export type CheckState = z.infer<typeof checkStateSchema>;

/** By node id. */
const checkStatesSchema = z.record(z.string(), checkStateSchema);

export const draftIdSchema = z.string().regex(/^[a-z0-9]{8,32}$/);

/** GET /drafts: the person's own, the newest first. Those whose migration was started are over and gone. */
const draftSummarySchema = z.object({
	id: draftIdSchema,
	clusterId: z.string(),
	clusterName: z.string().nullable(),
	direction: directionSchema,
	nodes: z.number().int(),
	reason: z.string(),
	ticket: z.string(),
	withoutApi: z.boolean(),
	step: draftStepSchema,
	/** The plan that was made of it; its review is that migration's page. */
	migrationId: z.string().nullable(),
	updatedAt: z.string(),
});
export type DraftSummary = z.infer<typeof draftSummarySchema>;
export const draftListSchema = z.object({ drafts: z.array(draftSummarySchema) });

/** GET /drafts/:id. DELETE takes its plan away too, where that was not started. 404 where it is another person's. */
export const draftViewSchema = z.object({
	id: draftIdSchema,
	content: migrationDraftSchema,
	step: draftStepSchema,
	/** Names of its nodes by id, as they were when they were chosen. */
	names: z.record(z.string(), z.string()),
	migrationId: z.string().nullable(),
	/** Of that plan. */
	migrationState: migrationStateSchema.nullable(),
	/** How far preflight is while one runs; null while none does. */
	checking: checkStatesSchema.nullable(),
	updatedAt: z.string(),
});
export type DraftView = z.infer<typeof draftViewSchema>;

/** PUT /drafts/:id: keeps it, under an id that the browser made up; the first time it is made. */
export const draftInputSchema = z.object({ content: migrationDraftSchema, step: draftStepSchema });
export type DraftInput = z.input<typeof draftInputSchema>;

/** GET /migrations/:id/findings: what preflight found on each node of it by the newest attempts, without the evidence. */
export const migrationFindingsSchema = z.object({
	nodes: z.array(
		z.object({
			runId: z.string(),
			nodeId: z.string(),
			name: z.string(),
			state: runStateSchema,
			/** Why it is left out. */
			result: messageSchema.nullable(),
			findings: z.array(findingSchema.omit({ evidence: true }).extend({ overridable: z.boolean() })),
		}),
	),
});
export type NodeFindings = z.infer<typeof migrationFindingsSchema>["nodes"][number];
