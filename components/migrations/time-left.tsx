"use client";

import { useTranslations } from "next-intl";
import { formatDuration } from "@/lib/format.ts";
import type { TimeLeft as Left } from "@/lib/time-left.ts";

/** How long the rest takes, in words; a rule of thumb is called one. What it rests on and what comes on top is on hover. */
export function TimeLeft({ left: { minMs, maxMs, by } }: { left: Left }) {
	const t = useTranslations("migration");
	const from = formatDuration(minMs);
	const to = formatDuration(maxMs);
	return (
		<span title={`${t(`leftFrom.${by}`)} ${t("leftOnTop")}`} data-time-left={by}>
			{by === "thumb" ? t("leftRuleOfThumb", { from, to }) : from === to ? t("leftAbout", { time: to }) : t("left", { from, to })}
		</span>
	);
}
