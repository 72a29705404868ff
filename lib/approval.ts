import type { ApprovalSubject, ApprovalView } from "./contracts/approval.ts";
import type { FieldChange } from "./contracts/audit.ts";
import type { MigrationDetail } from "./contracts/migration.ts";
import type { Policy } from "./contracts/plan.ts";
import type { Gate } from "./contracts/rollout.ts";
import { latestRuns } from "./run-grid.ts";
import { Sha256 } from "./sha256.ts";

/** What of a run an approval is about; runs without scripts are left out. */
export interface ApprovedRun {
	nodeName: string;
	scriptSha256: { prepare: string; cutover: string; revert: string } | null;
	factsDigest: string | null;
	withoutApi: boolean;
	overrides: readonly { code: string }[];
}

/** Of the newest attempt of each node. */
export function subjectOf(policy: Policy, runs: readonly ApprovedRun[]): ApprovalSubject {
	const nodes = runs.flatMap(({ nodeName, scriptSha256, factsDigest, withoutApi, overrides }) => {
		const words = { withoutApi, overrides: overrides.map(({ code }) => code).sort() };
		return scriptSha256 ? [{ name: nodeName, ...scriptSha256, facts: factsDigest ?? "", ...words }] : [];
	});
	// To stop after preparing or not says when, and not what: going on is a decision of its own.
	return { policy: { ...policy, prepareOnly: false }, nodes: nodes.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** The same text for the same subject, in whatever order its keys were written. */
function approvalText(subject: ApprovalSubject): string {
	return JSON.stringify(withoutNewDefaults(subject), (_, value: unknown) =>
		typeof value === "object" && value !== null && !Array.isArray(value)
			? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
			: value,
	);
}

/** What says something only with a choice that was not made is left out: an approval given before the choice existed goes on to be one. */
function withoutNewDefaults(subject: ApprovalSubject): unknown {
	const { onNodeFailure, holdS, orderLabel, ...rollout } = subject.policy.rollout;
	const chosen = { ...(onNodeFailure === "go-back" ? {} : { onNodeFailure, holdS }), ...(rollout.order === "label" ? { orderLabel } : {}) };
	return { ...subject, policy: { ...subject.policy, rollout: { ...rollout, ...chosen } } };
}

/** SHA-256, hexadecimal: what an approval binds to. */
export function approvalDigest(subject: ApprovalSubject): string {
	return new Sha256().update(new TextEncoder().encode(approvalText(subject))).hex();
}

/** Where this policy asks for an approval, or may: after canaries also where it need not ask but none of them has gone out. */
export function approvalsOf({ approval, rollout }: Pick<Policy, "approval" | "rollout">): ("start" | Gate)[] {
	return [
		...(approval.needed ? (["start"] as const) : []),
		...(rollout.canary ? (["canary"] as const) : []),
		...(rollout.askBeforeControlPlane ? (["control-plane"] as const) : []),
	];
}

/** Where it never asks it does not ask for another person either: what a form no longer shows is not kept. */
export function withoutUnaskedApprover<P extends Pick<Policy, "approval" | "rollout">>(policy: P): P {
	if (!policy.approval.byAnother || approvalsOf(policy).length > 0) return policy;
	return { ...policy, approval: { ...policy.approval, byAnother: false } };
}

export interface SubjectChanges {
	added: string[];
	removed: string[];
	/** Nodes of which other scripts would run. */
	scripts: string[];
	/** Nodes whose facts are others, whether or not their scripts are. */
	facts: string[];
	/** Nodes that go without the API, or in spite of findings, otherwise than before. */
	words: string[];
	/** Fields by their path; empty where there was or is none. */
	policy: FieldChange[];
}

/** What somebody who approved `before` has not seen. Empty where nothing. */
export function subjectChanges(before: ApprovalSubject, after: ApprovalSubject): SubjectChanges {
	const [was, is] = [before, after].map(({ nodes }) => new Map(nodes.map((node) => [node.name, node]))) as [NodesByName, NodesByName];
	const both = [...is.keys()].filter((name) => was.has(name));
	const differ = (name: string, keys: readonly (keyof Node)[]) =>
		keys.some((key) => String(was.get(name)?.[key]) !== String(is.get(name)?.[key]));
	const [old, now] = [flat(before.policy), flat(after.policy)];
	const keys = [...new Set([...old.keys(), ...now.keys()])].filter((key) => old.get(key) !== now.get(key));
	const fields = keys.map((field) => ({ field, before: shown(old.get(field)), after: shown(now.get(field)) }));
	const differing = fields.filter(({ before: one, after: other }) => one !== other);
	return {
		added: [...is.keys()].filter((name) => !was.has(name)),
		removed: [...was.keys()].filter((name) => !is.has(name)),
		scripts: both.filter((name) => differ(name, ["prepare", "cutover", "revert"])),
		facts: both.filter((name) => differ(name, ["facts"])),
		words: both.filter((name) => differ(name, ["withoutApi", "overrides"])),
		// Where a group comes or goes its fields tell it; what only looks alike is told all the same.
		policy: differing.length > 0 ? differing : fields,
	};
}

/** How what would run now stands to the newest approval. Pure. `binds`: nothing starts but what was approved. */
export function approvalState({ migration, runs, approvals }: Pick<MigrationDetail, "migration" | "runs" | "approvals">): {
	subject: ApprovalSubject;
	binds: boolean;
	last: ApprovalView | null;
	valid: boolean;
	changes: SubjectChanges | null;
} {
	const subject = subjectOf(
		migration.policy,
		latestRuns(runs).map(({ run }) => run),
	);
	const last = approvals[0] ?? null;
	return {
		subject,
		binds: bindsToApproval(migration, last),
		last,
		valid: last !== null && last.digest === approvalDigest(subject),
		changes: last?.subject ? subjectChanges(last.subject, subject) : null,
	};
}

/** Who approved it, each once, the first one first. Nobody while what would run is not what was approved last. */
export function approversOf(detail: Pick<MigrationDetail, "migration" | "runs" | "approvals">): string[] {
	const { migration, approvals } = detail;
	if (approvals.length === 0 || (migration.endedAt === null && !approvalState(detail).valid)) return [];
	return [...new Set(approvals.map(({ by }) => by).reverse())];
}

/**
 * Whether nothing starts but what was approved: from the start on where the policy asks for that, or once a question between two waves was
 * answered with an approval.
 */
export function bindsToApproval(
	{ policy, passed }: { policy: Pick<Policy, "approval">; passed: readonly Gate[] },
	last: object | null,
): boolean {
	return policy.approval.needed || (passed.length > 0 && last !== null);
}

type Node = ApprovalSubject["nodes"][number];
type NodesByName = Map<string, Node>;

/** Every leaf by its path. */
/** As a person reads it: of a text without quotes, of nothing nothing. */
function shown(json = "null"): string {
	const value = JSON.parse(json) as unknown;
	if (value === null) return "";
	return typeof value === "string" ? value : Array.isArray(value) ? value.map(String).join(", ") : json;
}

function flat(value: unknown, path = ""): Map<string, string> {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map([[path, JSON.stringify(value) ?? ""]]);
	return new Map(Object.entries(value).flatMap(([key, inner]) => [...flat(inner, path === "" ? key : `${path}.${key}`)]));
}
