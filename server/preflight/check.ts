import type { Facts } from "../../lib/contracts/facts.ts";
import type { Finding, Severity } from "../../lib/contracts/finding.ts";
import type { Plan, Policy } from "../../lib/contracts/plan.ts";
import { withoutSecrets } from "../../lib/secret-text.ts";
import type { ApiNode } from "./api-node.ts";

/** What a check may look at in either direction. */
export interface CommonInput {
	readonly facts: Facts;
	/** Null where the node was added by hand and no API knows it. */
	readonly apiNode: ApiNode | null;
	readonly policy: Policy;
	/** This console's id as it stands in a node's owner file; null where it is not known. */
	readonly consoleId?: string | null;
	/** The run that preflight is made for, where it lies on the node already: it is no leftover. */
	readonly ownRunId?: string | null;
}

/** What preflight looks at before a migration. */
export interface PreflightInput extends CommonInput {
	/** Versions of the uploaded archives of crictl by architecture as Go names it; empty where its name does not tell. */
	readonly crictlArchives: ReadonlyMap<string, readonly string[]>;
}

/** What preflight looks at before a rollback. `facts` must come from `probeScript({ files: rollbackFiles(plan) })`. */
export interface RollbackInput extends CommonInput {
	/** The committed migration whose snapshot is returned to: its plan, and the facts that the plan was made from. */
	readonly snapshot: { readonly plan: Plan; readonly facts: Facts };
}

/** What a code says about its findings. `overridable`: a person may start the node in spite of it, with a reason on record. */
export interface CodeRule {
	readonly severity: Severity;
	readonly overridable: boolean;
}

/** A finding without its severity, which its code decides. */
export type Observation<Code extends string = string> = {
	readonly code: Code;
	readonly values?: Finding["values"];
	readonly evidence?: Finding["evidence"];
};

/** One question about a node. `codes` names every code that `run` may give, with what it means. */
export interface Check<Input = PreflightInput> {
	readonly id: string;
	readonly codes: Readonly<Record<string, CodeRule>>;
	readonly run: (input: Input) => Observation[];
}

/** A check whose `run` can give only the codes it declares. */
export function defineCheck<Input, Code extends string>(check: {
	readonly id: string;
	readonly codes: Readonly<Record<Code, CodeRule>>;
	readonly run: (input: Input) => Observation<NoInfer<Code>>[];
}): Check<Input> {
	return check;
}

/** Keeps the node out, whatever anyone says. */
export const BLOCK: CodeRule = { severity: "block", overridable: false };
/** Keeps the node out until a person says otherwise. */
export const BLOCK_UNLESS_OVERRIDDEN: CodeRule = { severity: "block", overridable: true };
export const WARN: CodeRule = { severity: "warn", overridable: false };
export const NOTE: CodeRule = { severity: "note", overridable: false };

const MAX_EVIDENCE = 4000;

/** Findings of a list of checks, in the checks' order, without the secrets of files that they quote. Throws RangeError where a check gives a code that it does not declare. */
export function findingsOf<Input>(checks: readonly Check<Input>[], input: Input): Finding[] {
	return checks.flatMap((check) =>
		check.run(input).map(({ code, values = {}, evidence }): Finding => {
			const rule = check.codes[code];
			if (!rule) throw new RangeError(`check ${check.id} gave a code it does not declare: ${code}`);
			const shown = Object.fromEntries(
				Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? withoutSecrets(value) : value]),
			);
			if (!evidence) return { code, severity: rule.severity, values: shown };
			const text = evidence.text === undefined ? undefined : withoutSecrets(evidence.text).slice(0, MAX_EVIDENCE);
			return { code, severity: rule.severity, values: shown, evidence: { ...evidence, ...(text === undefined ? {} : { text }) } };
		}),
	);
}

/** The words of a list as one value, at most `limit` of them and then how many more. */
export function listed(words: readonly string[], limit = 20): string {
	return words.length <= limit ? words.join(", ") : `${words.slice(0, limit).join(", ")} (+${words.length - limit})`;
}
