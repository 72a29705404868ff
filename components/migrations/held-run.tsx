"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Eye } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { api } from "@/lib/api-client.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { keys } from "@/lib/query-keys.ts";
import { isHeld } from "@/lib/run-status.ts";
import { CancelRun } from "./cancel-run.tsx";

/** What a person may do about a node that is held for a look: go back, look again, keep it. Nothing where it is not held. */
export function HeldRun({ run }: { run: RunView }) {
	const t = useTranslations("run");
	const queries = useQueryClient();
	const [open, setOpen] = useState(false);
	const [reason, setReason] = useState("");
	// What became of it is read again in either case: it is refused because something is otherwise than the page has it.
	const onSettled = () => {
		void queries.invalidateQueries({ queryKey: keys.runs.detail(run.id) });
		void queries.invalidateQueries({ queryKey: keys.migrations.detail(run.migrationId) });
	};
	const lookAgain = useMutation({ mutationFn: () => api.lookAgain(run.id), onSettled });
	const keep = useMutation({ mutationFn: () => api.keepRun(run.id, reason.trim()), onSuccess: () => setOpen(false), onSettled });
	if (!isHeld(run)) return null;
	if (run.holdAnswer !== null) return <span className="text-muted-foreground text-sm">{t(`hold.asked.${run.holdAnswer}`)}</span>;
	if (run.request === "cancel") return <CancelRun run={run} />;
	const node = <span className="sr-only">{run.nodeName}</span>;
	return (
		<span className="flex flex-wrap items-center gap-2">
			<CancelRun run={run} />
			<Button size="sm" busy={lookAgain.isPending} onClick={() => lookAgain.mutate()}>
				<Eye aria-hidden="true" />
				{t("hold.lookAgain")} {node}
			</Button>
			<Button size="sm" onClick={() => setOpen(true)}>
				{t("hold.keep")} {node}
			</Button>
			<AlertDialog
				open={open}
				onOpenChange={setOpen}
				title={t("hold.keepTitle", { node: run.nodeName, runtime: run.toRuntime })}
				description={t("hold.keepText")}
				confirmLabel={t("hold.keepConfirm")}
				confirmDisabled={reason.trim() === ""}
				busy={keep.isPending}
				onConfirm={() => keep.mutate()}
			>
				<Field label={t("hold.keepReason")} hint={t("hold.keepReasonHint")}>
					<Input required maxLength={2_000} value={reason} onChange={(event) => setReason(event.target.value)} />
				</Field>
				<ProblemAlert error={keep.error} />
			</AlertDialog>
			<ProblemAlert error={lookAgain.error} />
		</span>
	);
}
