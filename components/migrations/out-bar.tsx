"use client";

import { useTranslations } from "next-intl";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import { cn } from "@/lib/class-names.ts";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { countRuns, mostOut } from "@/lib/run-counts.ts";
import { latestRuns } from "@/lib/run-grid.ts";
import { isOutRun } from "@/lib/run-status.ts";
import { isOver } from "./migration-state.tsx";

/** How many nodes are out of how many that may be, whose they are, and how far the whole is. */
export function OutBar({ detail }: { detail: MigrationDetail }) {
	const t = useTranslations("migration");
	const { migration, runs, unavailable } = detail;
	const now = useServerNow();
	const over = isOver(migration.state);
	const counts = countRuns(runs, now);
	const ours = latestRuns(runs).flatMap(({ run }) => (isOutRun(run) ? [run.nodeName] : []));
	const others = unavailable.filter((name) => !ours.includes(name));
	const most = mostOut(migration.policy, runs);
	const out = ours.length + others.length;
	const drawn = Math.min(Math.max(most, out), 20);
	return (
		<section aria-label={t("progress")} className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-2.5 text-sm">
			{/* Of a migration that is over nothing is out, and nobody tells any more who is. */}
			{over ? null : (
				<div className="flex flex-wrap items-center gap-2">
					<span className="font-medium">{t("outNow", { out, most })}</span>
					<span aria-hidden="true" className="flex gap-0.5">
						{Array.from({ length: drawn }, (_, index) => index).map((index) => (
							<span
								key={index}
								className={cn(
									"h-3 w-2.5 rounded-sm border border-input",
									index < ours.length ? "bg-info" : index < out ? "bg-warning" : "bg-transparent",
								)}
							/>
						))}
					</span>
					{ours.length > 0 ? <span className="text-muted-foreground">{t("outOurs", { nodes: ours.join(", ") })}</span> : null}
					{others.length > 0 ? <span className="text-warning">{t("outOthers", { nodes: others.join(", ") })}</span> : null}
				</div>
			)}
			<ul className={cn("flex flex-wrap items-center gap-x-4 gap-y-1", !over && "ml-auto")}>
				<Count kind="ok" label={t("countDone", { count: counts.done })} />
				<Count kind="running" still label={t("countRunning", { count: counts.running })} hidden={counts.running === 0} />
				<Count kind="blocked" label={t("countBlocked", { count: counts.blocked })} hidden={counts.blocked === 0} />
				<Count kind="unknown" label={t("countUnknown", { count: counts.unknown })} hidden={counts.unknown === 0} />
				<Count kind="failed" label={t("countFailed", { count: counts.failed })} hidden={counts.failed === 0} />
				<Count kind="queued" label={t("countWaiting", { count: counts.waiting })} hidden={counts.waiting === 0} />
				<Count kind="skipped" label={t("countEnded", { count: counts.ended })} hidden={counts.ended === 0} />
				<Count kind="skipped" label={t("countExcluded", { count: counts.excluded })} hidden={counts.excluded === 0} />
			</ul>
			<p className="sr-only" aria-live="polite">
				{t("spoken", { done: counts.done, total: counts.total - counts.excluded, failed: counts.failed })}
			</p>
		</section>
	);
}

interface CountProps {
	kind: "ok" | "running" | "blocked" | "unknown" | "failed" | "queued" | "skipped";
	label: string;
	hidden?: boolean;
	still?: boolean;
}

function Count({ kind, label, hidden = false, still = false }: CountProps) {
	if (hidden) return null;
	return (
		<li>
			<StatusGlyph kind={kind} label={label} className={still ? "[&_svg]:animate-none" : undefined} />
		</li>
	);
}
