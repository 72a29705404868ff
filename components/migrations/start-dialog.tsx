"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import type { MigrationView, RunView } from "@/lib/contracts/run.ts";
import { firstNames } from "@/lib/format.ts";
import { DRAFT_KEY } from "@/lib/migration-draft.ts";
import { mostOut } from "@/lib/run-counts.ts";
import { useMigrationActions } from "./use-migration-actions.ts";

interface StartDialogProps {
	migration: MigrationView;
	/** The nodes that will go. */
	planned: readonly RunView[];
	hasApi: boolean;
	open: boolean;
	onOpenChange: (open: boolean) => void;
}

/** The last question. Control plane nodes ask for the cluster's name, nodes that go without the API for a clear word. */
export function StartDialog({ migration, planned, hasApi, open, onOpenChange }: StartDialogProps) {
	const t = useTranslations("migration");
	const actions = useMigrationActions(migration.id);
	const [typed, setTyped] = useState("");
	const alone = planned.filter((run) => run.withoutApi || !hasApi);
	const [override, setOverride] = useState(migration.withoutApi);
	const controlPlane = planned.filter((run) => run.controlPlane);
	const named = controlPlane.length === 0 || typed.trim() === migration.clusterName;
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
			confirmDisabled={!named || (alone.length > 0 && !override)}
			busy={actions.isPending}
			onConfirm={() =>
				actions.mutate({
					action: "start",
					confirm: controlPlane.length > 0 ? typed.trim() : undefined,
					withoutApi: alone.length > 0 ? override : undefined,
					onDone: () => {
						localStorage.removeItem(DRAFT_KEY);
						onOpenChange(false);
					},
				})
			}
		>
			{controlPlane.length > 0 ? (
				<Field
					label={t("typeCluster", { cluster: migration.clusterName })}
					hint={t("typeClusterHint", { nodes: controlPlane.map((run) => run.nodeName).join(", ") })}
				>
					<Input value={typed} onChange={(event) => setTyped(event.target.value)} />
				</Field>
			) : null}
			{alone.length === 0 ? null : (
				<Checkbox
					checked={override}
					onCheckedChange={setOverride}
					label={t("withoutApiConsent")}
					hint={`${firstNames(alone.map((run) => run.nodeName))} · ${t("withoutApiHint")}`}
				/>
			)}
			<ProblemAlert error={actions.error} />
		</AlertDialog>
	);
}
