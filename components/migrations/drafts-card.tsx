"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { api } from "@/lib/api-client.ts";
import type { DraftSummary } from "@/lib/contracts/draft.ts";
import { MOST_DRAFTS } from "@/lib/draft-words.ts";
import { optimisticRemoval } from "@/lib/optimistic-removal.ts";
import { keys } from "@/lib/query-keys.ts";
import { draftHref } from "./draft-address.ts";
import { forgetAll } from "./unsaved-here.ts";

/** What the person has begun and not started yet, to go on with or to discard. Nothing where there is none. */
export function DraftsCard() {
	const t = useTranslations("migration");
	const queries = useQueryClient();
	const [discarding, setDiscarding] = useState<DraftSummary | null>(null);
	const drafts = useQuery({ queryKey: keys.drafts.list(), queryFn: ({ signal }) => api.drafts(signal) });
	const removal = optimisticRemoval<DraftSummary>(queries, keys.drafts.list(), ({ id }) => api.discardDraft(id));
	const discard = useMutation({
		...removal,
		onSuccess: (_, { id }) => {
			// Else it would come back from here by an old address.
			forgetAll(id);
			queries.removeQueries({ queryKey: keys.drafts.detail(id) });
		},
		onSettled: async () => {
			void queries.invalidateQueries({ queryKey: [...keys.migrations.all, "list"] });
			await removal.onSettled();
		},
	});
	if (drafts.error) return <ProblemAlert error={drafts.error} onRetry={() => void drafts.refetch()} />;
	if (!drafts.data || drafts.data.length === 0) return null;
	const nameOf = ({ direction, clusterName, nodes }: DraftSummary) =>
		t("draftName", {
			what: t(direction === "migrate" ? "oneMigrate" : "oneRollback"),
			cluster: clusterName ?? t("draftNoCluster"),
			count: nodes,
		});
	return (
		<Card title={t("drafts")} description={t("draftsText", { count: drafts.data.length, most: MOST_DRAFTS })} flush>
			<ProblemAlert error={discard.error} />
			<ul aria-label={t("drafts")} className="divide-y">
				{drafts.data.map((draft) => (
					<li key={draft.id} data-draft-id={draft.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 text-sm">
						<span className="min-w-0 flex-1 basis-60">
							<span className="font-medium">{nameOf(draft)}</span>
							<span className="block truncate text-muted-foreground text-xs">
								{t("draftAt", { step: t(`planStep.${draft.step}`) })} · <RelativeTime at={draft.updatedAt} />
								{draft.ticket ? ` · ${draft.ticket}` : ""}
								{draft.reason ? ` · ${draft.reason}` : ""}
							</span>
						</span>
						<Link
							href={draftHref(draft.id, draft.step)}
							className={buttonClass({ size: "sm" })}
							aria-label={t("draftGoOnWith", { name: nameOf(draft) })}
						>
							{t("draftGoOn")}
						</Link>
						<Button size="sm" onClick={() => setDiscarding(draft)} aria-label={t("draftDiscardOf", { name: nameOf(draft) })}>
							{t("discard")}
						</Button>
					</li>
				))}
			</ul>
			<AlertDialog
				open={discarding !== null}
				onOpenChange={(open) => {
					if (!open) setDiscarding(null);
				}}
				title={t("discardTitle")}
				description={t(discarding?.migrationId ? "draftDiscardPlanned" : "draftDiscardText")}
				confirmLabel={t("discard")}
				onConfirm={() => {
					if (discarding) discard.mutate(discarding);
					setDiscarding(null);
				}}
			/>
		</Card>
	);
}
