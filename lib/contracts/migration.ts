import { z } from "zod";
import { approvalViewSchema } from "./approval.ts";
import { decisionViewSchema } from "./decision.ts";
import { draftIdSchema } from "./draft.ts";
import { idSchema } from "./id.ts";
import { directionSchema, overrideSchema, policySchema } from "./plan.ts";
import { gateSchema, paceSchema } from "./rollout.ts";
import { migrationViewSchema, runEventSchema, runViewSchema } from "./run.ts";
import { scheduleInputSchema } from "./schedule.ts";

/** POST /migrations: probes and plans the chosen nodes and keeps the result as a draft → {id}. */
export const planInputSchema = z.object({
	clusterId: idSchema,
	direction: directionSchema,
	nodeIds: z.array(idSchema).min(1).max(2_000),
	policy: policySchema,
	/** 422 without one: a start has its migration's reason. */
	reason: z.string().trim().max(2_000).default(""),
	ticket: z.string().trim().max(200).default(""),
	/** Audited: nodes among them that the cluster's API does not know go without it. Refused where it knows them all. */
	withoutApi: z.boolean().default(false),
	/** Blocking findings that are overridden, each for one node; audited one by one. Refused where a code is not overridable. */
	overrides: z.array(overrideSchema).max(20_000).default([]),
	/** Why; without it nothing is overridden. */
	overrideReason: z.string().trim().max(2_000).default(""),
	/** The person's draft that this is the plan of: it is told how far each node is, and its plan before this one is replaced. */
	draftId: draftIdSchema.optional(),
});
export type PlanInput = z.input<typeof planInputSchema>;

/** GET /migrations/:id: everything the run page needs but plans and logs. `unavailable`: nodes that are out and keep others waiting. */
export const migrationDetailSchema = z.object({
	migration: migrationViewSchema,
	runs: z.array(runViewSchema),
	events: z.array(runEventSchema),
	/** Newest first: that one counts. */
	approvals: z.array(approvalViewSchema),
	unavailable: z.array(z.string()),
	/** Newest first: who decided what, and why. */
	decisions: z.array(decisionViewSchema),
	/** Nodes that are read at this moment for another attempt or as an addition. */
	reading: z.number().int().min(0),
	/** Once it has ended: which of its runs another migration has undone since (`over`), or is undoing now. */
	takenBack: z.array(z.object({ runId: z.string(), migrationId: z.string(), over: z.boolean() })),
});
export type MigrationDetail = z.infer<typeof migrationDetailSchema>;

/** POST /migrations/:id/<action>. `confirm` for start and schedule, where control plane nodes are included: the cluster's name. */
export const migrationActionSchema = z.enum([
	"start",
	"schedule",
	"unschedule",
	"pause",
	"resume",
	"stop",
	"cancel",
	"retry-failed",
	"start-not-started",
	"discard",
	"change-pace",
	"approve",
	"add-nodes",
	"explain",
	"check-again",
	"leave-out",
]);

export const migrationActionInputSchema = z.object({
	confirm: z.string().max(200).optional(),
	/** For start and schedule: although there is no cluster API. Audited. Refused where no node of it goes without. */
	withoutApi: z.boolean().optional(),
	/** Why: kept in the audit. 422 where it is needed and missing (lib/decisions.ts); to approve and to explain it is needed too. */
	reason: z.string().trim().max(2_000).optional(),
	/** Where the policy asks for one; absent: the migration's own. */
	ticket: z.string().trim().max(200).optional(),
	/** For explain: what the reason is of, a decision's id; one's own, which has none yet. */
	decision: z.number().int().optional(),
	/** For approve, start, schedule and the answer to a question, each refused without it: of what the person has seen (lib/approval.ts). */
	digest: z.string().max(64).optional(),
	/** For resume, where the migration waits with a question: which one is answered. The answer is an approval; refused where another is asked. */
	gate: gateSchema.optional(),
	/** For add-nodes, leave-out and check-again; absent in the last one: all of them. */
	nodeIds: z.array(idSchema).min(1).max(2_000).optional(),
	/** For resume: runs that the person has seen failed; it is refused where another has failed since. Absent: whatever has. */
	seen: z.array(idSchema).max(2_000).optional(),
	/** For change-pace: all of it, changed or not. */
	pace: paceSchema.optional(),
	/** For check-again: the person's draft, which is told how far each node is. */
	draftId: draftIdSchema.optional(),
	/** For schedule: at most 90 days ahead. */
	schedule: scheduleInputSchema.optional(),
});
