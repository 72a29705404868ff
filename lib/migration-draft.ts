import type { MigrationDraft } from "./contracts/draft.ts";
import type { Direction, Policy } from "./contracts/plan.ts";
import type { MigrationView, RunView } from "./contracts/run.ts";
import type { TemplateView } from "./contracts/template.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { goesByWord } from "./review-overrides.ts";
import { DIRECTIONS } from "./run-states.ts";
import { sameValue } from "./same-value.ts";

/** sessionStorage: nodes that another page has just chosen, as `ChosenNodes`. */
export const CHOSEN_KEY = "gantry.migration.chosen";

export interface ChosenNodes {
	clusterId: string;
	direction: Direction;
	/** At least one. */
	nodeIds: string[];
}

/** Nothing entered yet. */
export const EMPTY_DRAFT: MigrationDraft = {
	clusterId: "",
	direction: "migrate",
	nodeIds: [],
	policy: DEFAULT_POLICY,
	reason: "",
	ticket: "",
	withoutApi: false,
	canariesNamed: false,
};

/** What a page writes under CHOSEN_KEY before it leads to /migrations/new. */
export function chosenNodes(chosen: ChosenNodes): string {
	return JSON.stringify(chosen);
}

/** An empty draft, with the nodes that were just chosen in it; what cannot be read is as if it were not there. */
export function openDraft(chosen: string | null): MigrationDraft {
	const nodes = parse(chosen);
	return isChosen(nodes) ? { ...EMPTY_DRAFT, ...nodes, nodeIds: [...new Set(nodes.nodeIds)] } : EMPTY_DRAFT;
}

function isChosen(value: unknown): value is ChosenNodes {
	if (typeof value !== "object" || value === null) return false;
	const { clusterId, direction, nodeIds } = value as Partial<Record<keyof ChosenNodes, unknown>>;
	const ids = Array.isArray(nodeIds) && nodeIds.length > 0 && nodeIds.every((id) => typeof id === "string");
	return ids && typeof clusterId === "string" && DIRECTIONS.some((one) => one === direction);
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
	return (
		draft.clusterId === migration.clusterId &&
		draft.direction === migration.direction &&
		draft.reason.trim() === migration.reason &&
		draft.ticket.trim() === migration.ticket &&
		sameValue(plannedPolicy(draft), migration.policy) &&
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
