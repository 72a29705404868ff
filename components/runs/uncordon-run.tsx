"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { toast } from "@/components/ui/toast.ts";
import { api } from "@/lib/api-client.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { asksWhy, LONGEST_REASON } from "@/lib/decisions.ts";
import { keys } from "@/lib/query-keys.ts";
import { uncordonEffect } from "@/lib/run-status.ts";

/** Lets pods come back to a node that this run had to leave cordoned, and says before what to look at. Nothing where it did not. */
export function UncordonRun({ run, size }: { run: RunView; size?: "sm" }) {
	const t = useTranslations("run");
	const queries = useQueryClient();
	const migration = useTranslations("migration");
	const [open, setOpen] = useState(false);
	const [reason, setReason] = useState("");
	const detail = useQuery({ queryKey: keys.runs.detail(run.id), queryFn: ({ signal }) => api.run(run.id, signal), enabled: open });
	const needed = detail.data !== undefined && asksWhy(detail.data.migration.policy, "uncordon");
	const uncordon = useMutation({
		mutationFn: () => api.uncordonRun(run.id, { reason: reason.trim() }),
		onSuccess: ({ result }) => {
			setOpen(false);
			toast.success(t(`uncordon.result.${result}`, { node: run.nodeName }));
			void queries.invalidateQueries({ queryKey: keys.runs.detail(run.id) });
			void queries.invalidateQueries({ queryKey: keys.migrations.detail(run.migrationId) });
			void queries.invalidateQueries({ queryKey: keys.nodes.all });
		},
	});
	const effect = uncordonEffect(run);
	if (effect === null) return null;
	return (
		<>
			<Button size={size} onClick={() => setOpen(true)}>
				{t("uncordon.button")}
			</Button>
			<AlertDialog
				open={open}
				onOpenChange={setOpen}
				destructive={false}
				title={t("uncordon.title", { node: run.nodeName })}
				description={t(`uncordon.effect.${effect}`, { runtime: effect === "committed" ? run.toRuntime : run.fromRuntime })}
				confirmLabel={t("uncordon.button")}
				busy={uncordon.isPending}
				confirmDisabled={needed && reason.trim() === ""}
				onConfirm={() => uncordon.mutate()}
			>
				<Field label={migration("cancelReason")} hint={migration("cancelReasonHint")} required={needed}>
					<Input maxLength={LONGEST_REASON} value={reason} onChange={(event) => setReason(event.target.value)} />
				</Field>
				<ProblemAlert error={uncordon.error} />
			</AlertDialog>
		</>
	);
}
