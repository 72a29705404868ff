import { z } from "zod";
import { directionSchema, type Policy, policySchema } from "./contracts/plan.ts";
import type { MigrationView, RunView } from "./contracts/run.ts";
import type { TemplateView } from "./contracts/template.ts";
import { goesByWord } from "./review-overrides.ts";

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

/** sessionStorage: nodes that another page has just chosen, as `ChosenNodes`. */
export const CHOSEN_KEY = "gantry.migration.chosen";

const chosenSchema = z.object({ clusterId: z.string(), direction: directionSchema, nodeIds: z.array(z.string()).min(1) });
export type ChosenNodes = z.infer<typeof chosenSchema>;

/** What a page writes under CHOSEN_KEY before it leads to /migrations/new. */
export function chosenNodes(chosen: ChosenNodes): string {
	return JSON.stringify(chosen);
}

/** An empty draft, with the nodes that were just chosen in it; what cannot be read is as if it were not there. */
export function openDraft(chosen: string | null): MigrationDraft {
	const empty = migrationDraftSchema.parse({});
	const nodes = chosenSchema.safeParse(parse(chosen));
	return nodes.success ? { ...empty, ...nodes.data, nodeIds: [...new Set(nodes.data.nodeIds)] } : empty;
}

/** What would be entered to get this plan. */
export function draftOfPlan(migration: MigrationView, nodeIds: string[]): MigrationDraft {
	const { clusterId, direction, policy, reason, ticket, withoutApi } = migration;
	const canariesNamed = (policy.rollout.canary?.nodeIds.length ?? 0) > 0;
	return { clusterId, direction, policy, reason, ticket, withoutApi, nodeIds, canariesNamed };
}

/** The policy that is planned: a node that was named a canary and is no longer chosen is none. */
export function plannedPolicy({ policy, nodeIds }: Pick<MigrationDraft, "policy" | "nodeIds">): Policy {
	const { canary } = policy.rollout;
	if (canary === null) return policy;
	return { ...policy, rollout: { ...policy.rollout, canary: { ...canary, nodeIds: namedCanaries({ policy, nodeIds }) } } };
}

/** Whether this plan is what planning the draft would ask for: nothing was changed since. `runs`: the plan's newest, in any order. */
export function isPlanOf(
	draft: MigrationDraft,
	migration: MigrationView,
	runs: readonly Pick<RunView, "nodeId" | "withoutApi" | "overrides">[],
): boolean {
	const nodeIds = new Set(runs.map((run) => run.nodeId));
	const asked = (policy: Policy) => JSON.stringify(policySchema.parse(policy));
	return (
		draft.clusterId === migration.clusterId &&
		draft.direction === migration.direction &&
		draft.reason.trim() === migration.reason &&
		draft.ticket.trim() === migration.ticket &&
		asked(plannedPolicy(draft)) === asked(migration.policy) &&
		// A word that was given in vain changes no plan; one that was taken back does.
		(draft.withoutApi || !goesByWord(runs)) &&
		draft.nodeIds.length === nodeIds.size &&
		draft.nodeIds.every((id) => nodeIds.has(id))
	);
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
