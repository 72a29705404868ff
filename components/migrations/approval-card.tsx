"use client";

import { Check } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Textarea } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import { approvalDigest, approvalState, type SubjectChanges } from "@/lib/approval.ts";
import type { MigrationDetail } from "@/lib/contracts/api.ts";
import { firstNames } from "@/lib/format.ts";
import { useMigrationActions } from "./use-migration-actions.ts";

/** Whether what would run has been approved, what has changed since it was, and the form to approve it. Nothing where the policy asks for none. */
export function ApprovalCard({ detail }: { detail: MigrationDetail }) {
	const t = useTranslations("migration");
	const { migration } = detail;
	const actions = useMigrationActions(migration.id);
	const [reason, setReason] = useState("");
	const { runs, approvals } = detail;
	const { subject, last, valid, changes } = useMemo(() => approvalState({ migration, runs, approvals }), [migration, runs, approvals]);
	const digest = useMemo(() => approvalDigest(subject), [subject]);
	if (!migration.policy.approval.needed || !["draft", "scheduled", "running", "paused", "held"].includes(migration.state)) return null;
	// Where it has to be another person than who starts it, whoever reads this may be the one that is needed.
	const mayApprove = !valid || migration.policy.approval.byAnother;
	return (
		<Card title={t("approval")} description={t(migration.policy.approval.byAnother ? "approvalTextOther" : "approvalText")}>
			<div className="flex max-w-2xl flex-col gap-3">
				{last === null ? (
					<StatusGlyph kind="waiting" label={t("approvalMissing")} />
				) : (
					<div className="flex flex-wrap items-baseline gap-x-2">
						<StatusGlyph
							kind={valid ? "ok" : "warning"}
							label={t(valid ? "approvedBy" : "approvalVoid", { person: last.by })}
							className="whitespace-normal"
						/>
						<RelativeTime at={last.at} className="text-muted-foreground text-sm" />
						<span className="w-full break-words text-sm">{last.reason}</span>
					</div>
				)}
				{changes && !valid ? <Changes changes={changes} /> : null}
				<p className="flex items-center gap-0.5 break-all font-mono text-muted-foreground text-xs">
					{t("approvalDigest", { digest, count: subject.nodes.length })}
					<CopyButton text={digest} />
				</p>
				{mayApprove ? (
					<form
						className="flex flex-col gap-2"
						onSubmit={(event) => {
							event.preventDefault();
							actions.mutate({ action: "approve", digest, reason: reason.trim(), onDone: () => setReason("") });
						}}
					>
						<Field label={t("approvalReason")} required>
							<Textarea rows={2} maxLength={2_000} value={reason} onChange={(event) => setReason(event.target.value)} />
						</Field>
						<ProblemAlert error={actions.error} />
						<div>
							<Button type="submit" disabled={reason.trim() === "" || subject.nodes.length === 0} busy={actions.isPending}>
								<Check aria-hidden="true" />
								{t("approve", { count: subject.nodes.length })}
							</Button>
						</div>
					</form>
				) : null}
			</div>
		</Card>
	);
}

function Changes({ changes }: { changes: SubjectChanges }) {
	const t = useTranslations("migration");
	const { added, removed, scripts, facts, words, policy } = changes;
	const lines = [
		added.length > 0 ? t("changedAdded", { count: added.length, nodes: firstNames(added) }) : null,
		removed.length > 0 ? t("changedRemoved", { count: removed.length, nodes: firstNames(removed) }) : null,
		scripts.length > 0 ? t("changedScripts", { count: scripts.length, nodes: firstNames(scripts) }) : null,
		facts.length > 0 ? t("changedFacts", { count: facts.length, nodes: firstNames(facts) }) : null,
		words.length > 0 ? t("changedWords", { count: words.length, nodes: firstNames(words) }) : null,
		...policy.map((one) => t("changedPolicy", { change: one })),
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
			</ul>
		</div>
	);
}
