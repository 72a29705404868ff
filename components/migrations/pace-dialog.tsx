"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { paceChanges, paceOf } from "@/lib/pace.ts";
import { latestRuns } from "@/lib/run-grid.ts";
import { PaceFields } from "./pace-fields.tsx";
import { useReasonFields } from "./reason-fields.tsx";
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
	const { complete, given, fields } = useReasonFields(migration, "change-pace");
	const changed = paceChanges(before, pace).length > 0;
	return (
		<form
			className="flex flex-col gap-3"
			onSubmit={(event) => {
				event.preventDefault();
				if (changed && complete) actions.mutate({ action: "change-pace", pace, ...given, onDone });
			}}
		>
			<PaceFields
				pace={pace}
				nodes={latestRuns(detail.runs).filter(({ run }) => run.state !== "skipped").length}
				withSoak={migration.policy.rollout.canary !== null}
				onChange={setPace}
			/>
			{fields}
			<ProblemAlert error={actions.error} />
			<div className="flex justify-end gap-2 border-t pt-3">
				<Button onClick={onDone}>{ui("cancel")}</Button>
				<Button type="submit" variant="primary" disabled={!changed || !complete} busy={actions.isPending}>
					{t("paceConfirm")}
				</Button>
			</div>
		</form>
	);
}
