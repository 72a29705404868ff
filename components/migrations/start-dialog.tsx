"use client";

import { useTranslations } from "next-intl";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { mostOut } from "@/lib/run-counts.ts";
import { PlanChanged } from "./plan-changed.tsx";
import { type ToStart, useStartConfirmation } from "./start-confirmation.tsx";
import { useMigrationActions } from "./use-migration-actions.ts";

interface StartDialogProps extends ToStart {
	/** Of the plan as it was when this was opened; null while it is closed. */
	seen: string | null;
	/** Of the plan as it is. */
	digest: string;
	onClose: () => void;
}

/** The last question. What is started is what was seen when it was asked, or nothing. */
export function StartDialog({ seen, digest, onClose, ...plan }: StartDialogProps) {
	const t = useTranslations("migration");
	const { migration, planned } = plan;
	const actions = useMigrationActions(migration.id);
	const { complete, given, fields, reset } = useStartConfirmation(plan);
	const rollback = migration.direction === "rollback";
	// The start itself may change it: by the word that nodes go without the API.
	const changed = seen !== null && seen !== digest && !actions.isPending;
	const close = () => {
		actions.reset();
		reset();
		onClose();
	};
	return (
		<AlertDialog
			open={seen !== null}
			onOpenChange={(open) => {
				if (!open) close();
			}}
			destructive={false}
			title={t(rollback ? "startRollbackTitle" : "startTitle", { count: planned.length, cluster: migration.clusterName })}
			description={t(migration.policy.prepareOnly ? "startPrepareText" : rollback ? "startRollbackText" : "startText", {
				most: mostOut(migration.policy, planned),
				failures: migration.policy.rollout.maxFailures,
			})}
			confirmLabel={t(rollback ? "startRollback" : "start", { count: planned.length })}
			confirmDisabled={!complete || changed}
			busy={actions.isPending}
			onConfirm={() => {
				if (seen !== null) actions.mutate({ action: "start", ...given, digest: seen, onDone: onClose });
			}}
		>
			{changed ? (
				<PlanChanged onBack={close} />
			) : (
				<>
					{fields}
					<ProblemAlert error={actions.error} />
				</>
			)}
		</AlertDialog>
	);
}
