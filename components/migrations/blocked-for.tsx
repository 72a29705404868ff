"use client";

import { useLocale, useTranslations } from "next-intl";
import { useTimeZone } from "@/components/ui/time-zone.tsx";
import type { RunView } from "@/lib/contracts/run.ts";
import { formatDuration, formatExact } from "@/lib/format.ts";
import { isBlocked } from "@/lib/run-status.ts";

/** For how long the drain of this node has not gone on. Nothing where it does, or where nobody says since when. */
export function BlockedFor({ run, nowMs }: { run: RunView; nowMs: number }) {
	const t = useTranslations("migration");
	const locale = useLocale();
	const timeZone = useTimeZone();
	const since = isBlocked(run) ? run.waiting?.values["sinceMs"] : undefined;
	if (typeof since !== "number" || nowMs === 0) return null;
	// As wide whatever it says, so that what stands beside it keeps still.
	return (
		<span title={formatExact(since, locale, timeZone)} className="min-w-20 whitespace-nowrap text-muted-foreground tabular-nums">
			{t("blockedFor", { time: formatDuration(Math.max(0, nowMs - since)) })}
		</span>
	);
}
