"use client";

import { useTranslations } from "next-intl";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { ScrollWhenNeeded } from "@/components/ui/scroll-when-needed.tsx";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { useDecisionName, useDecisionReason } from "./decision-name.ts";
import { SayWhy } from "./say-why.tsx";

/** Who decided what about this migration and its nodes, and why, the newest first. Nothing where nobody has decided anything yet. */
export function Decisions({ detail }: { detail: Pick<MigrationDetail, "migration" | "decisions"> }) {
	const t = useTranslations("migration");
	const name = useDecisionName();
	const reasonOf = useDecisionReason();
	const { migration, decisions } = detail;
	if (decisions.length === 0) return null;
	const title = t("decisions", { count: decisions.length });
	const unexplained = decisions.filter((decision) => reasonOf(decision) === null).length;
	return (
		<details className="rounded-lg border bg-card px-4 py-2.5">
			<summary className="cursor-pointer font-medium">
				{unexplained === 0 ? title : t("decisionsUnexplained", { decisions: title, count: unexplained })}
			</summary>
			<ScrollWhenNeeded label={title} className="mt-2 max-h-96 overflow-y-auto">
				<ul className="flex flex-col gap-2 text-sm">
					{decisions.map((decision) => (
						<li key={decision.id} data-decision={decision.action} className="flex flex-col gap-1">
							<span className="flex flex-wrap items-baseline gap-x-2">
								<span className="font-medium">{name(decision)}</span>
								<span>{decision.by}</span>
								<RelativeTime at={decision.at} className="text-muted-foreground" />
								{decision.ticket ? <span className="text-muted-foreground">{decision.ticket}</span> : null}
							</span>
							{reasonOf(decision) !== null ? (
								<span className="break-words">{reasonOf(decision)}</span>
							) : decision.mine ? (
								<SayWhy migrationId={migration.id} decision={decision} />
							) : (
								<span className="text-muted-foreground">{t("noReason")}</span>
							)}
						</li>
					))}
				</ul>
			</ScrollWhenNeeded>
		</details>
	);
}
