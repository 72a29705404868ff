"use client";

import { useTranslations } from "next-intl";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import type { MigrationView, RunView } from "@/lib/contracts/run.ts";
import { mostOut } from "@/lib/run-counts.ts";
import { useStartConfirmation } from "./start-confirmation.tsx";
import { useMigrationActions } from "./use-migration-actions.ts";

interface StartDialogProps {
	migration: MigrationView;
	/** The nodes that will go. */
	planned: readonly RunView[];
	hasApi: boolean;
	open: boolean;
	onOpenChange: (open: boolean) => void;
}

/** The last question. */
export function StartDialog({ migration, planned, hasApi, open, onOpenChange }: StartDialogProps) {
	const t = useTranslations("migration");
	const actions = useMigrationActions(migration.id);
	const { complete, given, fields } = useStartConfirmation(migration, planned, hasApi);
	const rollback = migration.direction === "rollback";
	return (
		<AlertDialog
			open={open}
			onOpenChange={onOpenChange}
			destructive={false}
			title={t(rollback ? "startRollbackTitle" : "startTitle", { count: planned.length, cluster: migration.clusterName })}
			description={t(migration.policy.prepareOnly ? "startPrepareText" : rollback ? "startRollbackText" : "startText", {
				most: mostOut(migration.policy, planned),
				failures: migration.policy.rollout.maxFailures,
			})}
			confirmLabel={t(rollback ? "startRollback" : "start", { count: planned.length })}
			confirmDisabled={!complete}
			busy={actions.isPending}
			onConfirm={() =>
				actions.mutate({
					action: "start",
					...given,
					onDone: () => {
						onOpenChange(false);
					},
				})
			}
		>
			{fields}
			<ProblemAlert error={actions.error} />
		</AlertDialog>
	);
}
