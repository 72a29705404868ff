"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Bookmark } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import type { TemplateView } from "@/lib/contracts/template.ts";
import { optimisticRemoval } from "@/lib/optimistic-removal.ts";
import { keys } from "@/lib/query-keys.ts";
import { RenameTemplate } from "./rename-template.tsx";
import { TemplateItem } from "./template-item.tsx";

/** Every template, each with what is in it and the ways to rename and to delete it. */
export function TemplateList() {
	const t = useTranslations("templates");
	const queries = useQueryClient();
	const templates = useQuery({ queryKey: keys.templates.all, queryFn: ({ signal }) => api.templates(signal) });
	const [renaming, setRenaming] = useState<TemplateView | null>(null);
	const [deleting, setDeleting] = useState<TemplateView | null>(null);
	const list = useRef<HTMLDivElement>(null);
	const confirmed = useRef(false);
	const remove = useMutation(optimisticRemoval<TemplateView>(queries, keys.templates.all, ({ id }) => api.deleteTemplate(id)));
	if (templates.error) return <ProblemAlert error={templates.error} onRetry={() => void templates.refetch()} />;
	if (templates.isPending) return <SkeletonLines lines={4} />;
	return (
		<div ref={list} tabIndex={-1} className="outline-none">
			<ProblemAlert error={remove.error} />
			{templates.data.length === 0 ? (
				<EmptyState icon={Bookmark} title={t("none")}>
					{t("noneText")}
				</EmptyState>
			) : (
				<ul aria-label={t("title")} className="flex flex-col divide-y">
					{templates.data.map((template) => (
						<TemplateItem
							key={template.id}
							template={template}
							onRename={() => setRenaming(template)}
							onDelete={() => {
								confirmed.current = false;
								setDeleting(template);
							}}
						/>
					))}
				</ul>
			)}
			<RenameTemplate template={renaming} onClose={() => setRenaming(null)} />
			<AlertDialog
				open={deleting !== null}
				onOpenChange={(open) => !open && setDeleting(null)}
				title={t("deleteTitle", { name: deleting?.name ?? "" })}
				description={t("deleteText")}
				confirmLabel={t("delete")}
				onConfirm={() => {
					confirmed.current = true;
					if (deleting) remove.mutate(deleting);
					setDeleting(null);
				}}
				// With the template goes the button that asked.
				finalFocus={() => (confirmed.current ? list.current : true)}
			/>
		</div>
	);
}
