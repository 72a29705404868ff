"use client";

import { useTranslations } from "next-intl";
import { NodesDone } from "@/components/migrations/nodes-done.tsx";
import { TimeLeft } from "@/components/migrations/time-left.tsx";
import type { MigrationProgress } from "@/lib/contracts/overview.ts";
import type { NodeCounts } from "@/lib/node-counts.ts";
import { type ProgressPart, progressParts } from "@/lib/progress-parts.ts";

const FILLS: Record<ProgressPart["name"], string> = {
	done: "fill-success",
	failed: "fill-danger",
	running: "fill-info",
	blocked: "fill-warning",
	unknown: "fill-warning",
	ended: "fill-muted-foreground",
};

interface ProgressProps {
	/** Absent until it is read, and of what is not under way. */
	progress: MigrationProgress | undefined;
	counts: NodeCounts;
}

/** How far it is: a bar for the eye, numbers and the time left in words. */
export function Progress({ progress, counts }: ProgressProps) {
	const t = useTranslations("overview");
	if (!progress) return <NodesDone counts={counts} />;
	return (
		<div className="min-w-44 max-w-72">
			<p>
				{t("doneOf", { done: progress.done, total: progress.total })}
				{progress.failed > 0 ? <span className="ml-1.5 text-danger">{t("failedCount", { count: progress.failed })}</span> : null}
				{progress.running > 0 ? <span className="ml-1.5 text-info">{t("runningCount", { count: progress.running })}</span> : null}
				{progress.blocked > 0 ? <span className="ml-1.5 text-warning">{t("blockedCount", { count: progress.blocked })}</span> : null}
				{progress.unknown > 0 ? <span className="ml-1.5 text-warning">{t("unknownCount", { count: progress.unknown })}</span> : null}
			</p>
			<svg
				className="my-1 block h-1.5 w-full rounded-full bg-muted"
				viewBox={`0 0 ${Math.max(1, progress.total)} 1`}
				preserveAspectRatio="none"
				aria-hidden="true"
			>
				{progressParts(progress).map(({ name, from, count }) => (
					<rect key={name} x={from} width={count} height="1" className={FILLS[name]} />
				))}
			</svg>
			{progress.left ? (
				<p className="text-muted-foreground text-xs">
					<TimeLeft left={progress.left} />
				</p>
			) : null}
		</div>
	);
}
