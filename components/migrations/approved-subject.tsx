"use client";

import { useTranslations } from "next-intl";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { useFieldName } from "@/components/ui/field-name.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import type { SubjectChanges } from "@/lib/approval.ts";
import type { ApprovalView } from "@/lib/contracts/approval.ts";
import { firstNames } from "@/lib/format.ts";

interface ApprovedSubjectProps {
	/** The newest approval; null where there is none. */
	last: ApprovalView | null;
	/** What would run now is what it is of. */
	valid: boolean;
	changes: SubjectChanges | null;
	/** Of what would run now. */
	digest: string;
	nodes: number;
}

/** Whether what would run now has been approved, what has changed since it was, and what an approval given now would bind to. */
export function ApprovedSubject({ last, valid, changes, digest, nodes }: ApprovedSubjectProps) {
	return (
		<>
			<div className="flex flex-wrap items-baseline gap-x-2">
				<ApprovedBy last={last} valid={valid} />
				{last === null ? null : <span className="w-full break-words text-sm">{last.reason}</span>}
			</div>
			{changes && !valid ? <Changes changes={changes} /> : null}
			<ApprovedDigest digest={digest} nodes={nodes} />
		</>
	);
}

/** By whom and when, in one line. */
export function ApprovedBy({ last, valid }: Pick<ApprovedSubjectProps, "last" | "valid">) {
	const t = useTranslations("migration");
	if (last === null) return <StatusGlyph kind="waiting" label={t("approvalMissing")} />;
	return (
		<>
			<StatusGlyph
				kind={valid ? "ok" : "warning"}
				label={t(valid ? "approvedBy" : "approvalVoid", { person: last.by })}
				className="whitespace-normal"
			/>{" "}
			<RelativeTime at={last.at} className="text-muted-foreground text-sm" />
		</>
	);
}

/** What an approval binds to. */
export function ApprovedDigest({ digest, nodes }: Pick<ApprovedSubjectProps, "digest" | "nodes">) {
	const t = useTranslations("migration");
	return (
		<p className="flex items-center gap-0.5 break-all font-mono text-muted-foreground text-xs">
			{t("approvalDigest", { digest, count: nodes })}
			<CopyButton text={digest} />
		</p>
	);
}

function Changes({ changes }: { changes: SubjectChanges }) {
	const t = useTranslations("migration");
	const fieldName = useFieldName();
	const { added, removed, scripts, facts, words, policy } = changes;
	const lines = [
		added.length > 0 ? t("changedAdded", { count: added.length, nodes: firstNames(added) }) : null,
		removed.length > 0 ? t("changedRemoved", { count: removed.length, nodes: firstNames(removed) }) : null,
		scripts.length > 0 ? t("changedScripts", { count: scripts.length, nodes: firstNames(scripts) }) : null,
		facts.length > 0 ? t("changedFacts", { count: facts.length, nodes: firstNames(facts) }) : null,
		words.length > 0 ? t("changedWords", { count: words.length, nodes: firstNames(words) }) : null,
	].filter((line) => line !== null);
	return (
		<div className="text-sm">
			<p className="font-medium">{t("changedSince")}</p>
			<ul className="list-disc pl-5">
				{lines.map((line) => (
					<li key={line} className="break-words">
						{line}
					</li>
				))}
				{policy.map(({ field, before, after }) => (
					<li key={field} title={field} className="break-words">
						{t("changedPolicy", { change: `${fieldName(field)}: ${before || "–"} → ${after || "–"}` })}
					</li>
				))}
			</ul>
		</div>
	);
}
