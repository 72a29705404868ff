"use client";

import { useTranslations } from "next-intl";
import type { MigrationProgress } from "@/lib/contracts/overview.ts";
import { formatDuration } from "@/lib/format.ts";

interface ProgressProps {
	/** Absent until it is read, and of what is not under way. */
	progress: MigrationProgress | undefined;
	running: boolean;
	done: number;
	total: number;
}

/** How far it is: a bar for the eye, numbers and the time left in words. What the time is made of is said, and where it is not known. */
export function Progress({ progress, running, done, total }: ProgressProps) {
	const t = useTranslations("overview");
	if (!progress) return t("doneOf", { done, total });
	const parts = [
		{ name: "done", count: progress.done, fill: "fill-success" },
		{ name: "failed", count: progress.failed, fill: "fill-danger" },
		{ name: "running", count: progress.running, fill: "fill-info" },
		{ name: "ended", count: progress.ended, fill: "fill-muted-foreground" },
	] as const;
	return (
		<div className="min-w-44 max-w-72">
			<p>
				{t("doneOf", { done: progress.done, total: progress.total })}
				{progress.failed > 0 ? <span className="ml-1.5 text-danger">{t("failedCount", { count: progress.failed })}</span> : null}
				{progress.running > 0 ? <span className="ml-1.5 text-info">{t("runningCount", { count: progress.running })}</span> : null}
			</p>
			<svg
				className="my-1 block h-1.5 w-full rounded-full bg-muted"
				viewBox={`0 0 ${Math.max(1, progress.total)} 1`}
				preserveAspectRatio="none"
				aria-hidden="true"
			>
				{parts.map((part, index) => (
					<rect
						key={part.name}
						x={parts.slice(0, index).reduce((sum, one) => sum + one.count, 0)}
						width={part.count}
						height="1"
						className={part.fill}
					/>
				))}
			</svg>
			{running ? (
				<p className="text-muted-foreground text-xs" title={progress.left ? t("leftFrom") : undefined}>
					{progress.left
						? t("left", { from: formatDuration(progress.left.minMs), to: formatDuration(progress.left.maxMs) })
						: t("leftUnknown")}
				</p>
			) : null}
		</div>
	);
}
