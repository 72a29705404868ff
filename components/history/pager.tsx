"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button.tsx";

interface PagerProps {
	/** From 1. */
	page: number;
	pageSize: number;
	total: number;
	onPage: (page: number) => void;
}

export function Pager({ page, pageSize, total, onPage }: PagerProps) {
	const t = useTranslations("history");
	const pages = Math.max(1, Math.ceil(total / pageSize));
	if (total === 0) return null;
	const from = (page - 1) * pageSize + 1;
	return (
		<nav aria-label={t("pages")} className="flex items-center justify-end gap-2 px-3 py-2 text-muted-foreground text-sm">
			<span aria-live="polite">{t("shown", { from: Math.min(from, total), to: Math.min(page * pageSize, total), total })}</span>
			<Button size="icon-sm" aria-label={t("previousPage")} disabled={page <= 1} onClick={() => onPage(page - 1)}>
				<ChevronLeft aria-hidden="true" />
			</Button>
			<Button size="icon-sm" aria-label={t("nextPage")} disabled={page >= pages} onClick={() => onPage(page + 1)}>
				<ChevronRight aria-hidden="true" />
			</Button>
		</nav>
	);
}
