"use client";

import { useLocale, useTranslations } from "next-intl";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import type { RunView } from "@/lib/contracts/run.ts";
import { formatRelative } from "@/lib/format.ts";
import { runStatus } from "@/lib/run-status.ts";

interface RunStatusLabelProps {
	run: RunView;
	/** By the console's clock. */
	nowMs: number;
	draft?: boolean;
	className?: string;
}

/** Glyph and words for where a node is; "unknown" says when it answered last. */
export function RunStatusLabel({ run, nowMs, draft = false, className }: RunStatusLabelProps) {
	const text = useRunStatusText();
	const status = runStatus(run, nowMs, { draft });
	return <StatusGlyph kind={status.kind} label={text(run, nowMs, draft)} className={className} />;
}

/** The words alone. */
export function useRunStatusText(): (run: RunView, nowMs: number, draft?: boolean) => string {
	const t = useTranslations("run");
	const locale = useLocale();
	return (run, nowMs, draft = false) => {
		const { code, lastSeenMs } = runStatus(run, nowMs, { draft });
		if (code !== "unknown") return t(`status.${code}`);
		return lastSeenMs === null ? t("status.unknown") : t("status.unknownSince", { when: formatRelative(lastSeenMs, nowMs, locale) });
	};
}
