"use client";

import { useLocale, useTranslations } from "next-intl";
import { useServerNow } from "@/components/runs/server-clock.ts";
import type { ScheduleView } from "@/lib/contracts/schedule.ts";
import { formatCountdown, formatZoned } from "@/lib/zoned-time.ts";

/** How long until it starts by itself, and when that is in the zone in which it was thought of. */
export function StartsIn({ schedule, className }: { schedule: ScheduleView; className?: string }) {
	const t = useTranslations("migration");
	const locale = useLocale();
	const now = useServerNow();
	const startMs = Date.parse(schedule.startAt);
	const at = formatZoned(startMs, locale, schedule.timeZone);
	return (
		<time dateTime={schedule.startAt} title={`${formatZoned(startMs, locale, "UTC")} UTC`} className={className}>
			{now > 0 && startMs <= now
				? t("startsNow")
				: t("startsIn", { time: now === 0 ? "…" : formatCountdown(startMs - now, locale), at, zone: schedule.timeZone })}
		</time>
	);
}
