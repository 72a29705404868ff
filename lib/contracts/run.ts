import { z } from "zod";
import { MIGRATION_STATES, RUN_STATES } from "../run-states.ts";
import { messageSchema } from "./finding.ts";
import { directionSchema, keptOverrideSchema, phaseSchema, policySchema } from "./plan.ts";
import { gateSchema } from "./rollout.ts";
import { scheduleViewSchema } from "./schedule.ts";

export const runStateSchema = z.enum(RUN_STATES);
export type RunState = z.infer<typeof runStateSchema>;

export const migrationStateSchema = z.enum(MIGRATION_STATES);
export type MigrationState = z.infer<typeof migrationStateSchema>;
export const stepStateSchema = z.enum(["waiting", "running", "ok", "skipped", "failed", "unknown"]);
export type StepState = z.infer<typeof stepStateSchema>;

/** A node that verified itself and that the cluster did not show in its time, where the policy has a person look first. */
export const holdSchema = z.enum([
	/** Waits for a person, and goes back when its time is over. */
	"held",
	/** A person has had the cluster's time begin anew. */
	"looking-again",
	/** Its time is over: it goes back, and no answer comes in any more. */
	"over",
]);
export type Hold = z.infer<typeof holdSchema>;

/** What a person may answer beside calling the node back. */
export const holdAnswerSchema = z.enum([
	/** The cluster gets its time anew. */
	"look-again",
	/** Commit although the cluster has not shown it; the node stays cordoned. */
	"keep",
]);
export type HoldAnswer = z.infer<typeof holdAnswerSchema>;

/** ISO 8601, UTC. */
const time = z.string();

export const runStepSchema = z.object({
	/** "revert:" before the id for a step of the way back. */
	id: z.string(),
	position: z.number().int(),
	phase: phaseSchema.or(z.literal("revert")),
	where: z.enum(["console", "node"]),
	state: stepStateSchema,
	startedAt: time.nullable(),
	durationMs: z.number().nullable(),
	logLine: z.number().int().nullable(),
});
export type RunStepView = z.infer<typeof runStepSchema>;

/**
 * What is left out of a run's log, because it was longer than a run may keep: bytes `fromBytes` to `toBytes`, the end not among them.
 * `fromLine` and `toLine` are the lines, from 1, that the first byte left out and the first one after belong to.
 */
export const logCutSchema = z.object({
	fromBytes: z.number().int(),
	toBytes: z.number().int(),
	fromLine: z.number().int(),
	toLine: z.number().int(),
});
export type LogCut = z.infer<typeof logCutSchema>;

export const runViewSchema = z.object({
	id: z.string(),
	migrationId: z.string(),
	clusterId: z.string(),
	clusterName: z.string(),
	nodeId: z.string(),
	nodeName: z.string(),
	direction: directionSchema,
	position: z.number().int(),
	attempt: z.number().int(),
	previousId: z.string().nullable(),
	controlPlane: z.boolean(),
	state: runStateSchema,
	version: z.number().int(),
	request: z.string().nullable(),
	/** While it is verified: held for a look, or looked at again because a person asked for it. */
	hold: holdSchema.nullable(),
	/** What a person has answered to the hold and nobody has taken up yet. */
	holdAnswer: holdAnswerSchema.nullable(),
	waiting: messageSchema.nullable(),
	result: messageSchema.nullable(),
	verified: z.enum(["cluster", "node"]).nullable(),
	cordonedByUs: z.boolean(),
	/** The node is not in the cluster's API, and a person let it go without. */
	withoutApi: z.boolean(),
	/** Blocking findings that a person overrode for this node. */
	overrides: z.array(keptOverrideSchema),
	fromRuntime: z.string(),
	toRuntime: z.string(),
	revertAt: time.nullable(),
	/** Last time the node answered; older than a few seconds while running = "unknown, last seen". */
	seenAt: time.nullable(),
	logGeneration: z.number().int(),
	logBytes: z.number().int(),
	logLines: z.number().int(),
	/** What is left out of the log's middle; null where all of it is there. */
	logCut: logCutSchema.nullable(),
	/** When the log was removed because it was too old; null while it is there. */
	logRemovedAt: time.nullable(),
	createdAt: time,
	startedAt: time.nullable(),
	endedAt: time.nullable(),
	/** Command that takes the node back without the console; null where nothing is installed yet. */
	byHand: z.string().nullable(),
	scriptSha256: z.object({ prepare: z.string(), cutover: z.string(), revert: z.string() }).nullable(),
	/** Of the facts that its plan rests on. */
	factsDigest: z.string().nullable(),
	steps: z.array(runStepSchema),
});
export type RunView = z.infer<typeof runViewSchema>;

/** What of a run says how it is shown (lib/run-status.ts), where the rest of it is not needed. */
export const runSignsSchema = runViewSchema
	.pick({ version: true, state: true, startedAt: true, seenAt: true, hold: true, waiting: true })
	.extend({ steps: z.array(runStepSchema.pick({ where: true, state: true })) });
export type RunSigns = z.infer<typeof runSignsSchema>;

export const migrationViewSchema = z.object({
	id: z.string(),
	clusterId: z.string(),
	clusterName: z.string(),
	direction: directionSchema,
	state: migrationStateSchema,
	stateWhy: messageSchema.nullable(),
	policy: policySchema,
	/** Null unless it was scheduled; kept once it was started by it. */
	schedule: scheduleViewSchema.nullable(),
	/** Questions between its waves that a person has answered. */
	passed: gateSchema.array(),
	reason: z.string(),
	ticket: z.string(),
	/** One of its nodes at least goes without the cluster's API. */
	withoutApi: z.boolean(),
	createdBy: z.string(),
	createdAt: time,
	startedAt: time.nullable(),
	endedAt: time.nullable(),
});
export type MigrationView = z.infer<typeof migrationViewSchema>;

export const runEventSchema = z.object({
	id: z.number().int(),
	runId: z.string(),
	migrationId: z.string(),
	nodeName: z.string(),
	code: z.string(),
	values: z.record(z.string(), z.union([z.string(), z.number()])),
	actor: z.string().nullable(),
	at: time,
});
export type RunEventView = z.infer<typeof runEventSchema>;
