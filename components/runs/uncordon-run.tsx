"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useReasonFields } from "@/components/migrations/reason-fields.tsx";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { toast } from "@/components/ui/toast.ts";
import { api } from "@/lib/api-client.ts";
import type { RunDecisionInput } from "@/lib/contracts/decision.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { keys } from "@/lib/query-keys.ts";
import { uncordonEffect } from "@/lib/run-status.ts";

/** Lets pods come back to a node that this run had to leave cordoned, and says before what to look at. Nothing where it did not. */
export function UncordonRun({ run, size }: { run: RunView; size?: "sm" }) {
	const t = useTranslations("run");
	const queries = useQueryClient();
	const [open, setOpen] = useState(false);
	const detail = useQuery({ queryKey: keys.runs.detail(run.id), queryFn: ({ signal }) => api.run(run.id, signal), enabled: open });
	const uncordon = useMutation({
		mutationFn: (said: RunDecisionInput) => api.uncordonRun(run.id, said),
		onSuccess: ({ result }) => {
			setOpen(false);
			toast.success(t(`uncordon.result.${result}`, { node: run.nodeName }));
			void queries.invalidateQueries({ queryKey: keys.runs.detail(run.id) });
			void queries.invalidateQueries({ queryKey: keys.migrations.detail(run.migrationId) });
			void queries.invalidateQueries({ queryKey: keys.nodes.all });
		},
	});
	const why = useReasonFields(detail.data?.migration ?? null, "uncordon", {
		onEnter: (said) => (uncordon.isPending ? undefined : uncordon.mutate(said)),
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
				confirmDisabled={!why.complete}
				onConfirm={() => uncordon.mutate(why.given)}
			>
				{why.fields}
				{detail.data ? null : <ProblemAlert error={detail.error} onRetry={() => void detail.refetch()} />}
				<ProblemAlert error={uncordon.error} />
			</AlertDialog>
		</>
	);
}
