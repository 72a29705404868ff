import type { Finding } from "../../lib/contracts/finding.ts";
import type { NodeDetail } from "../../lib/contracts/node-page.ts";
import type { RunDetail } from "../../lib/contracts/run-detail.ts";
import { withoutSecrets } from "../../lib/secret-text.ts";

type Plan = NonNullable<RunDetail["plan"]>;
type Facts = NonNullable<NodeDetail["facts"]>;
type FileState = Plan["files"][number]["before"];

/** A run as pages and the API show it. What was stored is masked where it is stored; this also covers what an earlier version kept. */
export function shownRun(detail: RunDetail): RunDetail {
	return {
		...detail,
		plan: detail.plan && shownPlan(detail.plan),
		facts: detail.facts && shownFacts(detail.facts),
		findings: shownFindings(detail.findings),
		evidence: detail.evidence.map(({ name, text }) => ({ name, text: withoutSecrets(text) })),
	};
}

/** Findings without the secrets in them. */
export function shownFindings<F extends Finding>(findings: readonly F[]): F[] {
	return hidden(findings) as F[];
}

/** A plan as it is shown: scripts and files without the secrets in them. Hashes stay those of what runs. */
function shownPlan(plan: Plan): Plan {
	const { prepare, cutover, revert } = plan.scripts;
	const script = ({ text, sha256 }: Plan["scripts"]["prepare"]) => ({ text: withoutSecrets(text), sha256 });
	return {
		...plan,
		files: shownFiles(plan.files),
		scripts: { prepare: script(prepare), cutover: script(cutover), revert: script(revert) },
	};
}

/** Changes of files as they are shown, without the secrets in them. */
export function shownFiles(files: Plan["files"]): Plan["files"] {
	return files.map((file) => ({ ...file, before: shownFile(file.before), after: shownFile(file.after) }));
}

function shownFile(state: FileState): FileState {
	if (state === null || state.contentBase64 === null) return state;
	// Byte by byte, so that what is no text stays what it is.
	const text = Buffer.from(state.contentBase64, "base64").toString("latin1");
	return { ...state, contentBase64: Buffer.from(withoutSecrets(text), "latin1").toString("base64") };
}

/** Facts as pages and the API show them: files without their bytes, everything else without the secrets in it. */
export function shownFacts(facts: Facts): Facts {
	return hidden(facts) as Facts;
}

function hidden(value: unknown): unknown {
	if (typeof value === "string") return withoutSecrets(value);
	if (Array.isArray(value)) return value.map(hidden);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === "contentBase64" ? null : hidden(one)]));
}
