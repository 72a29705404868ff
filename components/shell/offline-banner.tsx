"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { useTimeZone } from "@/components/ui/time-zone.tsx";
import { formatDuration, formatExact, formatTime } from "@/lib/format.ts";
import { cachedRuns, type NextRevert, nextRevert } from "@/lib/next-revert.ts";
import { useLiveState } from "./live.tsx";

/** Across the page, where the console does not answer at all: what goes on without it, and until when. */
export function OfflineBanner() {
	const t = useTranslations("shell");
	const queries = useQueryClient();
	const offline = useLiveState() === "offline";
	// Always: once the console is gone nobody tells how its clock differs from ours.
	const now = useServerNow();
	if (!offline) return null;
	const next = now === 0 ? null : nextRevert(cachedRuns(queries), now);
	return (
		<div role="alert" className="border-b bg-danger-soft px-4 py-1.5 text-danger text-sm">
			{t("offlineHint")} {next ? <Deadline next={next} nowMs={now} /> : null}
		</div>
	);
}

function Deadline({ next, nowMs }: { next: NextRevert; nowMs: number }) {
	const t = useTranslations("shell");
	const locale = useLocale();
	const timeZone = useTimeZone();
	const values = { time: formatTime(next.atMs, locale, timeZone), node: next.nodeName, later: next.later };
	if (next.passed) return <strong className="font-semibold">{t("offlineRevertPassed", values)}</strong>;
	return (
		<span title={formatExact(next.atMs, locale, timeZone)}>
			<strong className="font-semibold">{t("offlineRevert", values)}</strong>
			{/* Not for screen readers: an alert is read out anew with each change. */}
			<span aria-hidden="true"> ({t("offlineRevertIn", { time: formatDuration(next.atMs - nowMs) })})</span>. {t("offlineRevertMeans")}
		</span>
	);
}
