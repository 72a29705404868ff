"use client";

import { Play } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import type { Message } from "@/lib/contracts/finding.ts";
import { useMigrationActions } from "./use-migration-actions.ts";

/** For a migration that is held for pods that fail: they are accepted, with a reason, and the rest goes on. */
export function GoOnAnyway({ migrationId, why }: { migrationId: string; why: Message }) {
	const t = useTranslations("migration");
	const actions = useMigrationActions(migrationId);
	const [open, setOpen] = useState(false);
	const [reason, setReason] = useState("");
	const given = reason.trim();
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
				confirmDisabled={given === ""}
				destructive={false}
				busy={actions.isPending}
				onConfirm={() => actions.mutate({ action: "resume", reason: given, onDone: () => setOpen(false) })}
			>
				<Field label={t("goOnAnywayReason")} hint={t("goOnAnywayReasonHint")}>
					<Input required maxLength={2_000} value={reason} onChange={(event) => setReason(event.target.value)} />
				</Field>
				<ProblemAlert error={actions.error} />
			</AlertDialog>
		</>
	);
}
