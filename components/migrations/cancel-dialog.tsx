"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { LONGEST_REASON } from "@/lib/decisions.ts";
import { latestRuns } from "@/lib/run-grid.ts";
import { cancelEffect, isFinalRun } from "@/lib/run-status.ts";
import { useMigrationActions } from "./use-migration-actions.ts";

interface CancelDialogProps {
	detail: MigrationDetail;
	open: boolean;
	onOpenChange: (open: boolean) => void;
}

/** Says of each node what cancelling does to it, before it is done. */
export function CancelDialog({ detail, open, onOpenChange }: CancelDialogProps) {
	const t = useTranslations("migration");
	const actions = useMigrationActions(detail.migration.id);
	const [reason, setReason] = useState("");
	const runs = latestRuns(detail.runs).map(({ run }) => run);
	const names = (effect: ReturnType<typeof cancelEffect>) =>
		runs.filter((run) => !isFinalRun(run) && cancelEffect(run) === effect).map((run) => run.nodeName);
	const groups = [
		{ key: "cancelGoesBack", nodes: names("goes-back") },
		{ key: "cancelCleansUp", nodes: names("cleans-up") },
		{ key: "cancelNeverStarts", nodes: names("never-starts") },
		{ key: "cancelGoesOn", nodes: names(null) },
	].filter((group) => group.nodes.length > 0);
	const stays = runs.filter((run) => run.state === "done").length;
	return (
		<AlertDialog
			open={open}
			onOpenChange={onOpenChange}
			title={t("cancelTitle")}
			description={t("cancelText", { count: stays })}
			confirmLabel={t("cancelConfirm")}
			busy={actions.isPending}
			onConfirm={() => actions.mutate({ action: "cancel", reason: reason.trim(), onDone: () => onOpenChange(false) })}
		>
			{groups.length === 0 ? null : (
				<ul className="flex list-disc flex-col gap-1 pl-5 text-sm">
					{groups.map((group) => (
						<li key={group.key}>
							{t(group.key, { count: group.nodes.length })} <span className="break-words font-mono text-xs">{listed(group.nodes)}</span>
						</li>
					))}
				</ul>
			)}
			<Field label={t("cancelReason")} hint={t("cancelReasonHint")}>
				<Input maxLength={LONGEST_REASON} value={reason} onChange={(event) => setReason(event.target.value)} />
			</Field>
			<ProblemAlert error={actions.error} />
		</AlertDialog>
	);
}

function listed(names: readonly string[]): string {
	const most = 20;
	return names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")} … +${names.length - most}`;
}
