"use client";

import { useLocale, useTranslations } from "next-intl";
import { useTimeZone } from "@/components/ui/time-zone.tsx";
import type { RunView } from "@/lib/contracts/run.ts";
import { formatDuration, formatExact } from "@/lib/format.ts";
import { isFinalRun, isHeld } from "@/lib/run-status.ts";

/**
 * When the node goes back by itself unless it is committed before; of a held one, whose revert the console puts off, when it would go back
 * alone. Nothing where no revert is armed.
 */
export function RevertCountdown({ run, nowMs }: { run: RunView; nowMs: number }) {
	const t = useTranslations("run");
	const locale = useLocale();
	const timeZone = useTimeZone();
	if (run.revertAt === null || isFinalRun(run) || nowMs === 0) return null;
	const at = Date.parse(run.revertAt);
	const leftMs = at - nowMs;
	return (
		<span title={formatExact(at, locale, timeZone)} className="whitespace-nowrap text-muted-foreground text-xs">
			{leftMs > 0 ? t(isHeld(run) ? "revertInAlone" : "revertIn", { time: formatDuration(leftMs) }) : t("revertDue")}
		</span>
	);
}
