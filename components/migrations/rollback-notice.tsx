"use client";

import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card.tsx";
import type { RunDetail } from "@/lib/contracts/api.ts";
import { formatDuration } from "@/lib/format.ts";
import { longestOutageMs } from "@/lib/review.ts";

/** What a rollback brings back, what it moves and what it loses. */
export function RollbackNotice({ details }: { details: readonly RunDetail[] }) {
	const t = useTranslations("migration");
	const plans = details.flatMap((detail) => detail.plan ?? []);
	const files = new Set(plans.flatMap((plan) => plan.files.map((file) => file.path))).size;
	const outage = Math.max(0, ...plans.map((plan) => longestOutageMs(plan.steps)));
	const drains = details.some((detail) => detail.migration.policy.drain.enabled && !detail.run.withoutApi);
	return (
		<Card title={t("rollback.title")}>
			<ul className="flex list-disc flex-col gap-1 pl-5 text-sm">
				<li>{t("rollback.returns", { files })}</li>
				<li>{t(drains ? "rollback.moves" : "rollback.movesWithoutDrain")}</li>
				<li>{t("rollback.lost")}</li>
				<li>{t("rollback.outage", { time: formatDuration(outage) })}</li>
				<li>{t("rollback.drift")}</li>
			</ul>
		</Card>
	);
}
