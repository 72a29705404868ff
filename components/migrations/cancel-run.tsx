"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import type { RunView } from "@/lib/contracts/run.ts";
import { LONGEST_REASON } from "@/lib/decisions.ts";
import { cancelEffect, isHeld } from "@/lib/run-status.ts";
import { useCancelRun } from "./use-migration-actions.ts";

/**
 * Calls one node back; says before what that does to it. Nothing where it is too late or over. A node that is held goes back by it.
 * `among`: beside those of other nodes.
 */
export function CancelRun({ run, among = false }: { run: RunView; among?: boolean }) {
	const t = useTranslations("migration");
	const text = useTranslations("run");
	const cancel = useCancelRun(run.migrationId);
	const [open, setOpen] = useState(false);
	const [reason, setReason] = useState("");
	const effect = cancelEffect(run);
	const held = isHeld(run);
	if (effect === null) return null;
	if (run.request === "cancel") return <span className="text-muted-foreground text-sm">{t("cancelAsked")}</span>;
	return (
		<>
			<Button size="sm" onClick={() => setOpen(true)}>
				{held ? (
					<>
						{text("hold.goBack")} <span className="sr-only">{run.nodeName}</span>
					</>
				) : (
					<>
						{t("cancelRun")} {among ? <span className="sr-only">{run.nodeName}</span> : null}
					</>
				)}
			</Button>
			<AlertDialog
				open={open}
				onOpenChange={setOpen}
				title={held ? text("hold.goBackTitle", { node: run.nodeName }) : t("cancelRunTitle", { node: run.nodeName })}
				description={t(`cancelRunEffect.${effect}`)}
				confirmLabel={held ? text("hold.goBackConfirm") : t("cancelRunConfirm")}
				busy={cancel.isPending}
				onConfirm={() => cancel.mutate({ runId: run.id, reason: reason.trim() }, { onSuccess: () => setOpen(false) })}
			>
				<Field label={t("cancelReason")} hint={t("cancelReasonHint")}>
					<Input maxLength={LONGEST_REASON} value={reason} onChange={(event) => setReason(event.target.value)} />
				</Field>
				<ProblemAlert error={cancel.error} />
			</AlertDialog>
		</>
	);
}
