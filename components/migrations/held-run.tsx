"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Eye } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { api } from "@/lib/api-client.ts";
import type { RunDecisionInput } from "@/lib/contracts/decision.ts";
import type { HoldAnswer, MigrationView, RunView } from "@/lib/contracts/run.ts";
import { keys } from "@/lib/query-keys.ts";
import { isHeld } from "@/lib/run-status.ts";
import { CancelRun } from "./cancel-run.tsx";
import { useReasonFields } from "./reason-fields.tsx";

/** What a person may do about a node that is held for a look: go back, look again, keep it. Nothing where it is not held. */
export function HeldRun({ run, migration }: { run: RunView; migration: Pick<MigrationView, "policy" | "ticket"> }) {
	const t = useTranslations("run");
	const queries = useQueryClient();
	const [asking, setAsking] = useState<HoldAnswer | null>(null);
	// What became of it is read again in either case: it is refused because something is otherwise than the page has it.
	const onSettled = () => {
		void queries.invalidateQueries({ queryKey: keys.runs.detail(run.id) });
		void queries.invalidateQueries({ queryKey: keys.migrations.detail(run.migrationId) });
	};
	const onSuccess = () => setAsking(null);
	const lookAgain = useMutation({ mutationFn: (said: RunDecisionInput) => api.lookAgain(run.id, said), onSuccess, onSettled });
	const keep = useMutation({ mutationFn: (said: RunDecisionInput) => api.keepRun(run.id, said), onSuccess, onSettled });
	const why = {
		keep: useReasonFields(migration, "keep", { onEnter: (said) => (keep.isPending ? undefined : keep.mutate(said)) }),
		"look-again": useReasonFields(migration, "look-again", {
			onEnter: (said) => (lookAgain.isPending ? undefined : lookAgain.mutate(said)),
		}),
	};
	if (!isHeld(run)) return null;
	if (run.holdAnswer !== null) return <span className="text-muted-foreground text-sm">{t(`hold.asked.${run.holdAnswer}`)}</span>;
	if (run.request === "cancel") return <CancelRun run={run} />;
	const node = <span className="sr-only">{run.nodeName}</span>;
	return (
		<span className="flex flex-wrap items-center gap-2">
			<CancelRun run={run} />
			<Button size="sm" onClick={() => setAsking("look-again")}>
				<Eye aria-hidden="true" />
				{t("hold.lookAgain")} {node}
			</Button>
			<Button size="sm" onClick={() => setAsking("keep")}>
				{t("hold.keep")} {node}
			</Button>
			<AlertDialog
				open={asking === "keep"}
				onOpenChange={(open) => (open ? undefined : setAsking(null))}
				title={t("hold.keepTitle", { node: run.nodeName, runtime: run.toRuntime })}
				description={t("hold.keepText")}
				confirmLabel={t("hold.keepConfirm")}
				confirmDisabled={!why.keep.complete}
				busy={keep.isPending}
				onConfirm={() => keep.mutate(why.keep.given)}
			>
				{why.keep.fields}
				<ProblemAlert error={keep.error} />
			</AlertDialog>
			<AlertDialog
				open={asking === "look-again"}
				onOpenChange={(open) => (open ? undefined : setAsking(null))}
				destructive={false}
				title={t("hold.lookAgainTitle", { node: run.nodeName })}
				description={t("hold.lookAgainText")}
				confirmLabel={t("hold.lookAgain")}
				confirmDisabled={!why["look-again"].complete}
				busy={lookAgain.isPending}
				onConfirm={() => lookAgain.mutate(why["look-again"].given)}
			>
				{why["look-again"].fields}
				<ProblemAlert error={lookAgain.error} />
			</AlertDialog>
		</span>
	);
}
