import { z } from "zod";
import { CHECK_STATES, DRAFT_ID, DRAFT_REVISION, DRAFT_STEPS, MOST_UNANSWERED } from "../draft-words.ts";
import { findingSchema, messageSchema } from "./finding.ts";
import { directionSchema, policySchema } from "./plan.ts";
import { migrationStateSchema, runStateSchema } from "./run.ts";

/**
 * What a person has entered for a new migration and not started yet. Kept by the server at every change, so that going back, a reload or
 * another browser loses nothing. The nodes are frozen by their ids: a filter that matches others later changes nothing.
 */
export const migrationDraftSchema = z.object({
	clusterId: z.string().max(64).default(""),
	direction: directionSchema.default("migrate"),
	nodeIds: z.array(z.string().max(64)).max(2_000).default([]),
	policy: policySchema.prefault({}),
	reason: z.string().max(2_000).default(""),
	ticket: z.string().max(200).default(""),
	withoutApi: z.boolean().default(false),
	/** The canaries are the nodes that are named, also while none is: that is an error, and never the first ones instead. */
	canariesNamed: z.boolean().default(false),
});
export type MigrationDraft = z.infer<typeof migrationDraftSchema>;

export const draftStepSchema = z.enum(DRAFT_STEPS);
export type DraftStep = z.infer<typeof draftStepSchema>;

export const checkStateSchema = z.enum(CHECK_STATES);
export type CheckState = z.infer<typeof checkStateSchema>;

/** By node id. */
const checkStatesSchema = z.record(z.string(), checkStateSchema);

export const draftIdSchema = z.string().regex(DRAFT_ID);

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
	/** What this content is called: another content has another, whoever saved it. */
	revision: z.string(),
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

/**
 * PUT /drafts/:id: keeps it, under an id that the browser made up; the first time it is made. Content that is kept already is kept again,
 * whatever it was based on. 409 `draft.changed-elsewhere` where another content is kept than it was based on, and 404 where none is any
 * more: then nothing is changed.
 */
export const draftInputSchema = z.object({
	content: migrationDraftSchema,
	step: draftStepSchema,
	/** What this content is called from now on, made up by the browser: no two are called the same. */
	revision: z.string().regex(DRAFT_REVISION),
	/** The revision that this content was made of; null where the browser knows of none that is kept. */
	basedOn: z.string().max(32).nullable(),
	/** Revisions that the same page has sent since and has no answer to: one of them may be what is kept. */
	unanswered: z.array(z.string().regex(DRAFT_REVISION)).max(MOST_UNANSWERED).default([]),
});
export type DraftInput = z.input<typeof draftInputSchema>;

/** What the content is called that is kept now: as it was sent, or as it was called when it was kept before. */
export const draftSavedSchema = z.object({ revision: z.string() });

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
