"use client";

import { useLocale, useTranslations } from "next-intl";
import { useCallback } from "react";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import type { RunSigns } from "@/lib/contracts/run.ts";
import { formatRelative } from "@/lib/format.ts";
import { runStatus } from "@/lib/run-status.ts";

interface RunStatusLabelProps {
	run: RunSigns;
	/** By the console's clock. */
	nowMs: number;
	draft?: boolean;
	iconOnly?: boolean;
	className?: string;
}

/** Glyph and words for where a node is; "unknown" says when it answered last. */
export function RunStatusLabel({ run, nowMs, draft = false, iconOnly = false, className }: RunStatusLabelProps) {
	const text = useRunStatusText();
	const status = runStatus(run, nowMs, { draft });
	return <StatusGlyph kind={status.kind} label={text(run, nowMs, draft)} iconOnly={iconOnly} className={className} />;
}

/** The words alone. */
export function useRunStatusText(): (run: RunSigns, nowMs: number, draft?: boolean) => string {
	const t = useTranslations("run");
	const locale = useLocale();
	return useCallback(
		(run, nowMs, draft = false) => {
			const { code, lastSeenMs } = runStatus(run, nowMs, { draft });
			if (code !== "unknown") return t(`status.${code}`);
			return lastSeenMs === null ? t("status.unknown") : t("status.unknownSince", { when: formatRelative(lastSeenMs, nowMs, locale) });
		},
		[t, locale],
	);
}
