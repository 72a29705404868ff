"use client";

import { useTranslations } from "next-intl";
import { ExactTime } from "@/components/ui/exact-time.tsx";
import { KeyValues } from "@/components/ui/key-value.tsx";
import { Msg } from "@/components/ui/message.tsx";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { formatDuration } from "@/lib/format.ts";
import { countRuns } from "@/lib/run-counts.ts";

/** What it was, why, when, and how it ended as a whole. */
export function ReportSummary({ detail: { migration, runs } }: { detail: MigrationDetail }) {
	const t = useTranslations("report");
	const text = useTranslations("migration");
	const counts = countRuns(runs);
	const open = counts.running + counts.blocked + counts.waiting;
	const at = (time: string | null) => (time === null ? "–" : <ExactTime at={time} />);
	const outcome = [
		text("countDone", { count: counts.done }),
		counts.failed > 0 ? text("countFailed", { count: counts.failed }) : null,
		open > 0 ? t("countOpen", { count: open }) : null,
		counts.ended > 0 ? text("countEnded", { count: counts.ended }) : null,
		counts.excluded > 0 ? text("countExcluded", { count: counts.excluded }) : null,
	];
	return (
		<KeyValues
			items={[
				{ name: t("what"), value: text(migration.direction === "migrate" ? "oneMigrate" : "oneRollback") },
				{ name: t("cluster"), value: migration.clusterName },
				{ name: t("ticket"), value: migration.ticket || "–" },
				{ name: t("reason"), value: migration.reason || text("noReason") },
				{ name: t("by"), value: migration.createdBy },
				{ name: t("planned"), value: at(migration.createdAt) },
				{ name: t("started"), value: at(migration.startedAt) },
				{ name: t("ended"), value: at(migration.endedAt) },
				{
					name: t("took"),
					value:
						migration.startedAt && migration.endedAt
							? formatDuration(Date.parse(migration.endedAt) - Date.parse(migration.startedAt))
							: "–",
				},
				{ name: t("outcome"), value: outcome.filter(Boolean).join(" · ") },
				...(migration.stateWhy ? [{ name: t("lastWord"), value: <Msg m={migration.stateWhy} namespace="event" /> }] : []),
				...(migration.withoutApi ? [{ name: t("override"), value: text("withoutApiShort") }] : []),
			]}
		/>
	);
}
