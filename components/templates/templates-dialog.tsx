"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Bookmark } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import type { TemplateView } from "@/lib/contracts/template.ts";
import { keys } from "@/lib/query-keys.ts";

/** A button to the list of templates, where each can be deleted. */
export function TemplatesDialog() {
	const t = useTranslations("templates");
	const [open, setOpen] = useState(false);
	return (
		<>
			<Button onClick={() => setOpen(true)}>
				<Bookmark aria-hidden="true" />
				{t("manage")}
			</Button>
			<Dialog open={open} onOpenChange={setOpen} title={t("title")} description={t("text")}>
				<TemplateList />
			</Dialog>
		</>
	);
}

function TemplateList() {
	const t = useTranslations("templates");
	const queries = useQueryClient();
	const templates = useQuery({ queryKey: keys.templates.all, queryFn: ({ signal }) => api.templates(signal) });
	const [deleting, setDeleting] = useState<TemplateView | null>(null);
	const remove = useMutation({
		mutationFn: (id: string) => api.deleteTemplate(id),
		onSuccess: async () => {
			setDeleting(null);
			await queries.invalidateQueries({ queryKey: keys.templates.all });
		},
	});
	if (templates.error) return <ProblemAlert error={templates.error} onRetry={() => void templates.refetch()} />;
	if (templates.isPending) return <SkeletonLines lines={4} />;
	if (templates.data.length === 0)
		return (
			<EmptyState icon={Bookmark} title={t("none")}>
				{t("noneText")}
			</EmptyState>
		);
	return (
		<>
			<ul aria-label={t("title")} className="flex flex-col divide-y">
				{templates.data.map((template) => (
					<li
						key={template.id}
						data-template={template.name}
						className="flex flex-wrap items-start justify-between gap-3 py-2.5 first:pt-0 last:pb-0"
					>
						<div className="min-w-0 flex-1 text-sm">
							<p className="break-words font-medium">{template.name}</p>
							{template.description ? <p className="break-words">{template.description}</p> : null}
							<p className="text-muted-foreground">
								{t(`direction.${template.direction}`)} · {template.createdBy} · <RelativeTime at={template.createdAt} />
							</p>
							{template.policy === null ? <p className="text-warning">{t("unreadable")}</p> : null}
						</div>
						<Button size="sm" aria-label={t("deleteOne", { name: template.name })} onClick={() => setDeleting(template)}>
							{t("delete")}
						</Button>
					</li>
				))}
			</ul>
			<AlertDialog
				open={deleting !== null}
				onOpenChange={(open) => !open && setDeleting(null)}
				title={t("deleteTitle", { name: deleting?.name ?? "" })}
				description={t("deleteText")}
				confirmLabel={t("delete")}
				busy={remove.isPending}
				onConfirm={() => deleting && remove.mutate(deleting.id)}
			>
				<ProblemAlert error={remove.error} />
			</AlertDialog>
		</>
	);
}
