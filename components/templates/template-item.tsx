"use client";

import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { PolicySummary } from "@/components/migrations/policy-summary.tsx";
import { Button } from "@/components/ui/button.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import type { TemplateView } from "@/lib/contracts/template.ts";

interface TemplateItemProps {
	template: TemplateView;
	onRename: () => void;
	onDelete: () => void;
}

/** One template of the list. Its name opens what is in it, in the words that a review has for a policy. */
export function TemplateItem({ template, onRename, onDelete }: TemplateItemProps) {
	const t = useTranslations("templates");
	const [open, setOpen] = useState(false);
	const contents = useId();
	const { name, policy } = template;
	return (
		<li data-template={name} className="flex flex-wrap items-start justify-between gap-3 py-2.5 first:pt-0 last:pb-0">
			<div className="min-w-0 flex-1 text-sm">
				{policy === null ? (
					<p className="break-words font-medium">{name}</p>
				) : (
					<button
						type="button"
						aria-expanded={open}
						aria-controls={open ? contents : undefined}
						onClick={() => setOpen(!open)}
						className="flex min-w-0 items-center gap-1 rounded text-left font-medium hover:underline"
					>
						<ChevronRight className={open ? "size-4 shrink-0 rotate-90" : "size-4 shrink-0"} aria-hidden="true" />
						<span className="min-w-0 break-words">{name}</span>
					</button>
				)}
				{template.description ? <p className="break-words">{template.description}</p> : null}
				<p className="text-muted-foreground">
					{t(`direction.${template.direction}`)} · {template.createdBy}
					<span className="block">
						<RelativeTime at={template.createdAt} />
					</span>
				</p>
				{policy === null ? <p className="text-warning">{t("unreadable")}</p> : null}
			</div>
			<div className="flex flex-wrap gap-2">
				<Button size="sm" aria-label={t("renameOne", { name })} onClick={onRename}>
					{t("rename")}
				</Button>
				<Button size="sm" aria-label={t("deleteOne", { name })} onClick={onDelete}>
					{t("delete")}
				</Button>
			</div>
			{policy !== null && open ? (
				<section id={contents} aria-label={t("contents", { name })} className="basis-full border-l-2 pl-3">
					<PolicySummary migration={{ ...template, policy }} />
				</section>
			) : null}
		</li>
	);
}
