"use client";

import { useTranslations } from "next-intl";
import { TONES, type Tone } from "@/components/ui/badge.tsx";
import { Tooltip } from "@/components/ui/tooltip.tsx";
import { cn } from "@/lib/class-names.ts";
import type { LiveState } from "@/lib/stream-client.ts";
import { useLiveState } from "./live.tsx";

const LOOK: Record<LiveState, { tone: Tone; glyph: string }> = {
	live: { tone: "success", glyph: "●" },
	connecting: { tone: "neutral", glyph: "○" },
	polling: { tone: "warning", glyph: "◐" },
	offline: { tone: "danger", glyph: "✕" },
};

/** Whether the page is up to date by itself. */
export function LiveIndicator() {
	const t = useTranslations("shell");
	const state = useLiveState();
	const { tone, glyph } = LOOK[state];
	return (
		<Tooltip content={t(`${state}Hint`)} side="bottom">
			<button
				type="button"
				className={cn("inline-flex h-7 items-center gap-1.5 rounded px-2 font-medium text-xs", TONES[tone])}
				data-live={state}
			>
				<span aria-hidden="true">{glyph}</span>
				<span aria-live="polite" className="max-sm:sr-only">
					{t(state)}
				</span>
			</button>
		</Tooltip>
	);
}
