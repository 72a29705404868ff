"use client";

import { Play } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import type { Message } from "@/lib/contracts/finding.ts";
import type { MigrationView } from "@/lib/contracts/run.ts";
import { useReasonFields } from "./reason-fields.tsx";
import { useMigrationActions } from "./use-migration-actions.ts";

/** For a migration that is held for pods that fail: they are accepted, with a reason, and the rest goes on. */
export function GoOnAnyway({ migration, why }: { migration: Pick<MigrationView, "id" | "policy" | "ticket">; why: Message }) {
	const t = useTranslations("migration");
	const actions = useMigrationActions(migration.id);
	const [open, setOpen] = useState(false);
	const { complete, given, fields } = useReasonFields(migration, "resume", true);
	return (
		<>
			<Button size="sm" variant="primary" onClick={() => setOpen(true)}>
				<Play aria-hidden="true" />
				{t("goOnAnyway")}
			</Button>
			<AlertDialog
				open={open}
				onOpenChange={setOpen}
				title={t("goOnAnywayTitle")}
				description={t("goOnAnywayText", { pods: String(why.values["pods"] ?? "") })}
				confirmLabel={t("goOnAnywayConfirm")}
				confirmDisabled={!complete}
				destructive={false}
				busy={actions.isPending}
				onConfirm={() => actions.mutate({ action: "resume", ...given, onDone: () => setOpen(false) })}
			>
				{fields}
				<ProblemAlert error={actions.error} />
			</AlertDialog>
		</>
	);
}
