"use client";

import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { useServerNow } from "@/components/runs/server-clock.ts";
import type { Tone } from "@/components/ui/badge.tsx";
import { StatusGlyph, type StatusKind } from "@/components/ui/status-glyph.tsx";
import { useTimeZone } from "@/components/ui/time-zone.tsx";
import { cn } from "@/lib/class-names.ts";
import { formatDay, formatDuration, formatExact, formatTime } from "@/lib/format.ts";
import { timelineScale } from "@/lib/timeline.ts";

export interface TimelineItem {
	id: string;
	href: string;
	label: string;
	/** Beside the label, smaller. */
	hint: string;
	/** Its state in words. */
	words: string;
	kind: StatusKind;
	tone: Tone;
	/** Null: it never began. */
	fromMs: number | null;
	/** Null: it lasts. */
	toMs: number | null;
}

const BARS: Record<Tone, string> = {
	neutral: "bg-muted-foreground",
	success: "bg-success",
	warning: "bg-warning",
	danger: "bg-danger",
	info: "bg-info",
};
/** Nearer to each other than this part of the width, two words of the axis would lie on one another. */
const APART = 0.14;

/** What happened when, one below the other: each row is a link with its state and times in words, and a bar for whoever sees it. */
export function Timeline({ items }: { items: readonly TimelineItem[] }) {
	const t = useTranslations("history");
	const locale = useLocale();
	const timeZone = useTimeZone();
	const now = useServerNow();
	const scale =
		now === 0
			? null
			: timelineScale(
					items.flatMap(({ fromMs, toMs }) => (fromMs === null ? [] : [{ fromMs, toMs }])),
					now,
				);
	const percent = (part: number) => `${(part * 100).toFixed(3)}%`;
	const words: { ms: number; at: number }[] = [];
	for (const start of scale?.starts ?? []) if (start.at - (words.at(-1)?.at ?? -1) >= APART && start.at <= 1 - APART / 2) words.push(start);
	return (
		<div className="px-3 py-2">
			<div aria-hidden="true" className="relative ml-0 h-9 text-muted-foreground text-xs sm:ml-48">
				{words.map(({ ms, at }) => (
					<span key={ms} className="absolute whitespace-nowrap border-l pl-1 leading-4" style={{ left: percent(at) }}>
						{formatDay(ms, timeZone)}
						<br />
						{formatTime(ms, locale, timeZone)}
					</span>
				))}
			</div>
			<ol aria-label={t("timeline")}>
				{items.map((item) => {
					const { fromMs, toMs } = item;
					const took = fromMs === null || now === 0 ? null : formatDuration(Math.max(0, (toMs ?? now) - fromMs));
					const times = fromMs === null ? t("neverBegan") : t("spanOf", { at: formatExact(fromMs, locale, timeZone), took: took ?? "–" });
					const left = fromMs === null || !scale ? null : scale.at(fromMs);
					const right = fromMs === null || !scale ? null : scale.at(toMs ?? now);
					return (
						<li key={item.id} data-timeline={item.id} className="border-b last:border-b-0">
							<Link
								href={item.href}
								title={`${item.words} · ${times}`}
								className="flex flex-col gap-x-3 rounded py-0.5 hover:bg-accent/60 sm:flex-row sm:items-center"
							>
								<span className="flex w-45 shrink-0 items-center gap-1.5 truncate">
									<StatusGlyph kind={item.kind} label={item.words} iconOnly className="[&_svg]:size-3.5 [&_svg]:animate-none" />
									<span className="truncate font-medium text-info">{item.label}</span>
									<span className="truncate text-muted-foreground text-xs">{item.hint}</span>
									<span className="sr-only">{times}</span>
								</span>
								<span aria-hidden="true" className="relative block h-4 w-full min-w-0 flex-1">
									{scale?.gaps.map((gap) => (
										<span key={gap} className="absolute inset-y-0 border-l border-dashed" style={{ left: percent(gap) }} />
									))}
									{left === null || right === null ? null : (
										<span
											className={cn("absolute inset-y-0.5 min-w-1 rounded-sm", BARS[item.tone])}
											style={{ left: `min(${percent(left)}, calc(100% - 0.25rem))`, width: percent(right - left) }}
										/>
									)}
								</span>
								<span aria-hidden="true" className="w-16 shrink-0 text-right font-mono text-muted-foreground text-xs max-sm:hidden">
									{took ?? "–"}
								</span>
							</Link>
						</li>
					);
				})}
			</ol>
			{scale && scale.gaps.length > 0 ? <p className="mt-2 text-muted-foreground text-xs">{t("gaps")}</p> : null}
		</div>
	);
}
