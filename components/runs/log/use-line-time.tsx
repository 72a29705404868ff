"use client";

import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useMemo } from "react";
import { useTimeZone } from "@/components/ui/time-zone.tsx";
import type { RunView } from "@/lib/contracts/run.ts";
import { formatTime } from "@/lib/format.ts";
import { type LogTimes, lineTimes } from "@/lib/log-times.ts";
import type { RunLog } from "./use-run-log.ts";

/** What a log's column of times says of the line at an index, made for the lines that are drawn alone. Undefined = there is no such column. */
export function useLineTime(log: RunLog, run: RunView, times: LogTimes): ((index: number) => ReactNode) | undefined {
	const t = useTranslations("run");
	const locale = useLocale();
	const timeZone = useTimeZone();
	const { steps } = run;
	return useMemo(() => {
		const { lines } = log.lines;
		if (times === "elapsed") {
			const firstS = lines.find((one) => one.uptimeS !== null)?.uptimeS ?? null;
			return (index) => elapsed(lines[index]?.uptimeS ?? null, firstS);
		}
		if (times === "off") return undefined;
		const timeOf = lineTimes(log.lines, steps);
		const estimatedTitle = t("log.estimated");
		return (index) => {
			const time = timeOf(index);
			if (time === null) return null;
			return (
				<time dateTime={new Date(time.atMs).toISOString()} title={time.estimated ? estimatedTitle : undefined}>
					{time.estimated ? "≈" : ""}
					{formatTime(time.atMs, locale, timeZone)}
				</time>
			);
		};
	}, [log, steps, times, t, locale, timeZone]);
}

function elapsed(uptimeS: number | null, firstS: number | null): string | null {
	return uptimeS === null || firstS === null || uptimeS < firstS ? null : `+${(uptimeS - firstS).toFixed(1)} s`;
}
