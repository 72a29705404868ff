import { z } from "zod";
import { isLabelKey } from "../label-key.ts";
import { CLOCK_TIME, MOST_NODES, PERCENT } from "../pace-words.ts";
import { isTimeZone } from "../time-zones.ts";

/** So many nodes, or a share of the migration's: `20%`. */
export const countOrPercentSchema = z.union([z.number().int().min(1).max(MOST_NODES), z.string().regex(PERCENT)]);
export type CountOrPercent = z.infer<typeof countOrPercentSchema>;

const clockTime = z.string().regex(CLOCK_TIME);

export const timeZoneSchema = z.string().max(64).refine(isTimeZone);

/** Hours of every day in one time zone; `to` before `from` reaches past midnight. */
export const timeWindowSchema = z
	.object({ from: clockTime, to: clockTime, timeZone: timeZoneSchema })
	.refine(({ from, to }) => from !== to);
export type TimeWindow = z.infer<typeof timeWindowSchema>;

/** In which order workers go; control plane nodes come after them, one at a time. */
export const rolloutOrderSchema = z.enum([
	/** As the person chose them. */
	"chosen",
	"name",
	/** Neighbours in the order are of different zones, as far as there are any. */
	"zones",
	/** The nodes of one zone, then those of the next one; nodes of no zone last. */
	"zone-by-zone",
	/** By the value of a label; nodes without it last. */
	"label",
]);
export type RolloutOrder = z.infer<typeof rolloutOrderSchema>;

const soakS = z.number().int().min(0).max(604_800);

const rolloutFields = z.object({
	/** Null = none. Those of `nodeIds`, or the first ones of the order where none is named. */
	canary: z
		.object({
			nodes: countOrPercentSchema.default(1),
			nodeIds: z.array(z.string().min(1).max(64)).max(200).default([]),
			/** From the last canary's end to the first batch. */
			soakS: soakS.default(600),
			/** A person has to say that it goes on. */
			ask: z.boolean().default(false),
		})
		.nullable()
		.default(null),
	/** null = all workers are one batch. */
	batchSize: countOrPercentSchema.nullable().default(null),
	/** From a batch's end to the next one's start. */
	pauseS: soakS.default(0),
	/** So many may fail before nothing new starts. A canary or a control plane node that fails holds it at once. */
	maxFailures: z.number().int().min(0).max(2_000).default(0),
	/** Then nothing new starts; or, beside that, what was taken over goes back. */
	onFailures: z.enum(["hold", "roll-back"]).default("hold"),
	/** A node that fails goes back and is uncordoned; or a person has a look at it, before it goes back where that can wait. */
	onNodeFailure: z.enum(["go-back", "hold"]).default("go-back"),
	/** For "hold": so long a node that the cluster does not verify waits for a person before it goes back by itself. */
	holdS: z.number().int().min(60).max(86_400).default(1_800),
	askBeforeControlPlane: z.boolean().default(false),
	/** Before each node goes out: pods of the cluster that fail now and did not before, on nodes of the migration or evicted by it. */
	podGate: z
		.object({
			enabled: z.boolean().default(true),
			/** So long they may take to recover; then the migration is held. */
			graceS: z.number().int().min(0).max(86_400).default(300),
		})
		.prefault({}),
	order: rolloutOrderSchema.default("chosen"),
	/** For "label": its key, and never null then. */
	orderLabel: z.string().refine(isLabelKey).nullable().default(null),
	/** How many prepare at once: it changes nothing that runs. */
	prepareConcurrency: z.number().int().min(1).max(32).default(8),
	/** Nodes go out only within these hours; those that are out are finished. null = at any time. */
	window: timeWindowSchema.nullable().default(null),
});
/** How a migration goes over its nodes: canaries, then workers batch by batch, then control plane nodes. */
export const rolloutSchema = rolloutFields.refine(({ order, orderLabel }) => order !== "label" || orderLabel !== null, {
	path: ["orderLabel"],
});
export type RolloutPolicy = z.infer<typeof rolloutSchema>;

/** What may be changed while a migration is under way. */
export const paceSchema = z.object({
	maxUnavailable: countOrPercentSchema,
	batchSize: rolloutSchema.shape.batchSize.unwrap(),
	pauseS: soakS,
	soakS,
	maxFailures: rolloutSchema.shape.maxFailures.unwrap(),
	prepareConcurrency: rolloutSchema.shape.prepareConcurrency.unwrap(),
	window: timeWindowSchema.nullable(),
});
export type Pace = z.infer<typeof paceSchema>;

/** Where a migration waits for a person although nothing failed. */
export const gateSchema = z.enum(["canary", "control-plane"]);
export type Gate = z.infer<typeof gateSchema>;
