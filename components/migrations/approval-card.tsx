"use client";

import { Check } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Textarea } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { approvalDigest, approvalState } from "@/lib/approval.ts";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { askedGate } from "@/lib/gates.ts";
import { ApprovedBy, ApprovedDigest, ApprovedSubject } from "./approved-subject.tsx";
import { useMigrationActions } from "./use-migration-actions.ts";

/** Whether what would run has been approved, what has changed since it was, and the form to approve it. Nothing where the policy asks for none. */
export function ApprovalCard({ detail }: { detail: MigrationDetail }) {
	const t = useTranslations("migration");
	const { migration } = detail;
	const actions = useMigrationActions(migration.id);
	const [reason, setReason] = useState("");
	const { runs, approvals } = detail;
	const { subject, binds, last, valid, changes } = useMemo(
		() => approvalState({ migration, runs, approvals }),
		[migration, runs, approvals],
	);
	const digest = useMemo(() => approvalDigest(subject), [subject]);
	if (!binds || !["draft", "scheduled", "running", "paused", "held"].includes(migration.state)) return null;
	// Where it has to be another person than who starts it, whoever reads this may be the one that is needed. A question is answered where it is
	// asked, and the answer is an approval.
	const mayApprove = askedGate(migration) === null && (!valid || migration.policy.approval.byAnother);
	const form = mayApprove ? (
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
	) : null;
	const nodes = subject.nodes.length;
	// Of what goes as it was approved a line is enough: below it is what happens.
	if (valid && last && !["draft", "scheduled"].includes(migration.state))
		return (
			<details className="rounded-lg border bg-card px-4 py-2.5 text-sm">
				<summary className="cursor-pointer">
					<span className="mr-3 font-medium">{t("approval")}</span>
					<ApprovedBy last={last} valid={valid} />
				</summary>
				<div className="mt-2 flex max-w-2xl flex-col gap-3">
					<p className="break-words">{last.reason}</p>
					<ApprovedDigest digest={digest} nodes={nodes} />
					{form}
				</div>
			</details>
		);
	return (
		<Card title={t("approval")} description={t(migration.policy.approval.byAnother ? "approvalTextOther" : "approvalText")}>
			<div className="flex max-w-2xl flex-col gap-3">
				<ApprovedSubject last={last} valid={valid} changes={changes} digest={digest} nodes={nodes} />
				{form}
			</div>
		</Card>
	);
}
