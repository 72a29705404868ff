import { z } from "zod";
import { directionSchema, type Policy, policySchema } from "./contracts/plan.ts";
import type { TemplateView } from "./contracts/template.ts";

/**
 * What a person has entered for a new migration and not planned yet. Kept by the browser at every change, so that going back, a
 * reload or a closed tab loses nothing. The nodes are frozen by their ids: a filter that matches others later changes nothing.
 */
export const migrationDraftSchema = z.object({
	clusterId: z.string().default(""),
	direction: directionSchema.default("migrate"),
	nodeIds: z.array(z.string()).default([]),
	policy: policySchema.prefault({}),
	reason: z.string().default(""),
	ticket: z.string().default(""),
	withoutApi: z.boolean().default(false),
	/** The canaries are the nodes that are named, also while none is: that is an error, and never the first ones instead. */
	canariesNamed: z.boolean().default(false),
});
export type MigrationDraft = z.infer<typeof migrationDraftSchema>;

/** localStorage: the draft. */
export const DRAFT_KEY = "gantry.migration.draft";
/** sessionStorage: nodes that another page has just chosen, as `ChosenNodes`. */
export const CHOSEN_KEY = "gantry.migration.chosen";

const chosenSchema = z.object({ clusterId: z.string(), direction: directionSchema, nodeIds: z.array(z.string()).min(1) });
export type ChosenNodes = z.infer<typeof chosenSchema>;

/** What a page writes under CHOSEN_KEY before it leads to /migrations/new. */
export function chosenNodes(chosen: ChosenNodes): string {
	return JSON.stringify(chosen);
}

/** The stored draft with the nodes that were just chosen in it; what cannot be read is as if it were not there. */
export function openDraft(stored: string | null, chosen: string | null): MigrationDraft {
	const draft = migrationDraftSchema.safeParse(parse(stored));
	const base = draft.success ? draft.data : migrationDraftSchema.parse({});
	// A draft of an earlier version does not say it; what it names does.
	base.canariesNamed ||= (base.policy.rollout.canary?.nodeIds.length ?? 0) > 0;
	const nodes = chosenSchema.safeParse(parse(chosen));
	if (!nodes.success) return base;
	// Consent to a missing API was given for another cluster or other nodes.
	return { ...base, ...nodes.data, nodeIds: [...new Set(nodes.data.nodeIds)], withoutApi: false };
}

/** A template whose policy this version can read. */
export type ReadableTemplate = TemplateView & { policy: Policy };

/** What a template fills in. The chosen nodes stay unless they were chosen for the other direction; texts that it does not have stay too. */
export function fromTemplate(draft: MigrationDraft, { direction, policy, reason, ticket }: ReadableTemplate): Partial<MigrationDraft> {
	return {
		direction,
		policy,
		canariesNamed: false,
		nodeIds: direction === draft.direction ? draft.nodeIds : [],
		reason: reason || draft.reason,
		ticket: ticket || draft.ticket,
	};
}

/** The canaries of a draft that are among its nodes: one that was named and is no longer chosen is none. */
export function namedCanaries({ policy, nodeIds }: Pick<MigrationDraft, "policy" | "nodeIds">): string[] {
	return (policy.rollout.canary?.nodeIds ?? []).filter((id) => nodeIds.includes(id));
}

/** Whether canaries are to be named ones and there is none: such a draft is not planned. */
export function lacksCanaries(draft: Pick<MigrationDraft, "policy" | "nodeIds" | "canariesNamed">): boolean {
	return draft.policy.rollout.canary !== null && draft.canariesNamed && namedCanaries(draft).length === 0;
}

function parse(text: string | null): unknown {
	if (text === null) return null;
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
