"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import type { MigrationDetail } from "@/lib/contracts/api.ts";
import { paceChanges, paceOf } from "@/lib/pace.ts";
import { latestRuns } from "@/lib/run-grid.ts";
import { PaceFields } from "./pace-fields.tsx";
import { useMigrationActions } from "./use-migration-actions.ts";

interface PaceDialogProps {
	detail: MigrationDetail;
	open: boolean;
	onOpenChange: (open: boolean) => void;
}

/** Another pace for a migration that is under way. */
export function PaceDialog({ detail, open, onOpenChange }: PaceDialogProps) {
	const t = useTranslations("migration");
	return (
		<Dialog open={open} onOpenChange={onOpenChange} title={t("paceTitle")} description={t("paceDialogText")} dismissible={false}>
			<PaceForm detail={detail} onDone={() => onOpenChange(false)} />
		</Dialog>
	);
}

/** Made anew each time the dialog opens, with what holds then. */
function PaceForm({ detail, onDone }: { detail: MigrationDetail; onDone: () => void }) {
	const t = useTranslations("migration");
	const ui = useTranslations("ui");
	const { migration } = detail;
	const actions = useMigrationActions(migration.id);
	const [before] = useState(() => paceOf(migration.policy));
	const [pace, setPace] = useState(before);
	const [reason, setReason] = useState("");
	const changed = paceChanges(before, pace) !== "";
	return (
		<form
			className="flex flex-col gap-3"
			onSubmit={(event) => {
				event.preventDefault();
				if (changed) actions.mutate({ action: "change-pace", pace, reason: reason.trim(), onDone });
			}}
		>
			<PaceFields
				pace={pace}
				nodes={latestRuns(detail.runs).filter(({ run }) => run.state !== "skipped").length}
				withSoak={migration.policy.rollout.canary !== null}
				onChange={setPace}
			/>
			<Field label={t("cancelReason")} hint={t("cancelReasonHint")}>
				<Input maxLength={2_000} value={reason} onChange={(event) => setReason(event.target.value)} />
			</Field>
			<ProblemAlert error={actions.error} />
			<div className="flex justify-end gap-2 border-t pt-3">
				<Button onClick={onDone}>{ui("cancel")}</Button>
				<Button type="submit" variant="primary" disabled={!changed} busy={actions.isPending}>
					{t("paceConfirm")}
				</Button>
			</div>
		</form>
	);
}
