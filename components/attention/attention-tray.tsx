"use client";

import { Bell, BellRing } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Popover } from "@/components/ui/popover.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { cn } from "@/lib/class-names.ts";
import { AttentionList } from "./attention-list.tsx";
import { useAttention } from "./use-attention.ts";

/** What needs a person, on every page: how much in the top bar, and what on a press. */
export function AttentionTray() {
	const t = useTranslations("shell");
	const cluster = useSearchParams().get("cluster") ?? undefined;
	const attention = useAttention(cluster);
	const [open, setOpen] = useState(false);
	const items = attention.data ?? [];
	const some = items.length > 0;
	const Icon = some ? BellRing : Bell;
	return (
		<>
			<Popover
				open={open}
				onOpenChange={setOpen}
				title={t("attentionTitle")}
				trigger={
					<Button
						variant="ghost"
						size="sm"
						className={cn("h-8 min-w-12 tabular-nums", some && "text-warning")}
						aria-label={t("attention", { count: items.length })}
						title={t("attention", { count: items.length })}
						data-attention-count={attention.data ? items.length : undefined}
					>
						<Icon aria-hidden="true" />
						{attention.data ? items.length : "–"}
					</Button>
				}
			>
				{cluster ? <p className="mb-2 text-muted-foreground text-xs">{t("attentionScope")}</p> : null}
				<ProblemAlert error={attention.error} onRetry={() => void attention.refetch()} />
				{attention.data ? <AttentionList items={items} onOpen={() => setOpen(false)} /> : null}
			</Popover>
			<span className="sr-only" role="status">
				{attention.data ? t("attentionChanged", { count: items.length }) : ""}
			</span>
		</>
	);
}
