"use client";

import { useLocale, useTranslations } from "next-intl";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import { useTimeZone } from "@/components/ui/time-zone.tsx";
import { cn } from "@/lib/class-names.ts";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { formatDuration, formatTime } from "@/lib/format.ts";
import { shownItems, type WaveItem, waveLine } from "@/lib/wave-line.ts";

interface WaveLineProps {
	detail: Pick<MigrationDetail, "migration" | "runs">;
	className?: string;
}

/** The waves of a migration in the order in which they go, where it stands, and what it waits for. Nothing where there is only one. */
export function WaveLine({ detail, className }: WaveLineProps) {
	const t = useTranslations("migration");
	const locale = useLocale();
	const timeZone = useTimeZone();
	const now = useServerNow();
	const line = waveLine(detail, now);
	if (line.items.length < 2 && line.wait === null) return null;
	const { shown, before, after } = shownItems(line);
	return (
		<section aria-label={t("waves")} className={cn("flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-2 text-sm", className)}>
			<ol className="flex flex-wrap items-center gap-x-1.5 gap-y-1">
				{before > 0 ? <li className="text-muted-foreground">{t("wavesBefore", { count: before })} ─</li> : null}
				{shown.map((item, index) => (
					<li key={item.key} className="flex items-center gap-1.5">
						{index > 0 ? (
							<span aria-hidden="true" className="text-muted-foreground">
								─
							</span>
						) : null}
						<Item item={item} current={item.key === line.currentKey} />
					</li>
				))}
				{after > 0 ? <li className="text-muted-foreground">─ {t("wavesAfter", { count: after })}</li> : null}
			</ol>
			{line.wait === null ? null : (
				<p role="status" className="text-muted-foreground">
					{t(`waveWait.${line.wait.why}`)}{" "}
					{line.wait.untilMs === null ? null : (
						<>
							{formatTime(line.wait.untilMs, locale, timeZone)} (
							{t("waveWaitLeft", { time: formatDuration(Math.max(0, line.wait.untilMs - now)) })})
						</>
					)}
				</p>
			)}
		</section>
	);
}

const GLYPHS = { waiting: "queued", running: "running", paused: "paused", held: "paused", done: "ok", failed: "failed" } as const;

function Item({ item, current }: { item: WaveItem; current: boolean }) {
	const t = useTranslations("migration");
	if (item.kind === "gate")
		return (
			<span
				className={cn(
					"rounded px-1.5 py-0.5",
					item.state === "asking" ? "border border-warning/50 bg-warning-soft" : "text-muted-foreground",
				)}
			>
				<span aria-hidden="true">{item.state === "passed" ? "◇" : "◆"} </span>
				{t(`gateState.${item.state}`)}
			</span>
		);
	const name = t(`waveKind.${item.wave}`, { number: item.number });
	const count = item.total === 1 ? "" : ` ${item.ended}/${item.total}`;
	const halted = item.state === "paused" || item.state === "held" ? ` · ${t(`waveHalted.${item.state}`)}` : "";
	return (
		<span aria-current={current ? "step" : undefined} className={cn("rounded px-1.5 py-0.5", current && "bg-accent font-medium")}>
			<StatusGlyph kind={GLYPHS[item.state]} label={`${name}${count}${halted}`} className="[&_svg]:animate-none" />
		</span>
	);
}
