"use client";

import { useLocale, useTranslations } from "next-intl";
import type { RunView } from "@/lib/contracts/run.ts";
import { formatDuration, formatExact } from "@/lib/format.ts";
import { isFinalRun } from "@/lib/run-status.ts";

/** When the node goes back by itself unless it is committed before. Nothing where no revert is armed. */
export function RevertCountdown({ run, nowMs }: { run: RunView; nowMs: number }) {
	const t = useTranslations("run");
	const locale = useLocale();
	if (run.revertAt === null || isFinalRun(run) || nowMs === 0) return null;
	const at = Date.parse(run.revertAt);
	const leftMs = at - nowMs;
	return (
		<span title={formatExact(at, locale)} className="whitespace-nowrap text-muted-foreground text-xs">
			{leftMs > 0 ? t("revertIn", { time: formatDuration(leftMs) }) : t("revertDue")}
		</span>
	);
}
