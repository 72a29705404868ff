"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { FindingList } from "@/components/nodes/finding-list.tsx";
import { FileChanges } from "@/components/runs/file-changes.tsx";
import { ImagesTable } from "@/components/runs/images-table.tsx";
import { PlannedSteps } from "@/components/runs/planned-steps.tsx";
import { ScriptsView } from "@/components/runs/scripts-view.tsx";
import { Badge } from "@/components/ui/badge.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Msg, useMessage } from "@/components/ui/message.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { Tabs } from "@/components/ui/tabs.tsx";
import { api } from "@/lib/api-client.ts";
import type { Finding, Message } from "@/lib/contracts/finding.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import type { RunDetail } from "@/lib/contracts/run-detail.ts";
import { formatBytes, formatDuration } from "@/lib/format.ts";
import { imagesToCarry } from "@/lib/images-to-carry.ts";
import { keys } from "@/lib/query-keys.ts";
import { longestOutageMs } from "@/lib/review.ts";

interface ReviewNodeProps {
	run: RunView;
	/** Open from the beginning. */
	open: boolean;
	/** What preflight found on it. */
	findings: readonly Pick<Finding, "severity">[];
	overridden: (code: string) => boolean;
	onOverride: (code: string, on: boolean) => void;
}

/** One node of a plan: a line that opens to everything that will be done to it, or why it is left out. */
export function ReviewNode({ run, open: openAtFirst, findings, overridden, onOverride }: ReviewNodeProps) {
	const t = useTranslations("migration");
	const [open, setOpen] = useState(openAtFirst);
	const detail = useQuery({
		queryKey: keys.runs.detail(run.id),
		queryFn: ({ signal }) => api.run(run.id, signal),
		staleTime: Number.POSITIVE_INFINITY,
		refetchInterval: false,
		enabled: open,
	});
	const count = (severity: "block" | "warn") => findings.filter((finding) => finding.severity === severity).length;
	return (
		<section aria-label={run.nodeName} data-review-node={run.nodeName} className="border-b last:border-b-0">
			<div className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
				<button
					type="button"
					aria-expanded={open}
					onClick={() => setOpen(!open)}
					className="flex items-center gap-1.5 rounded font-semibold hover:underline"
				>
					<ChevronRight className={open ? "size-4 rotate-90" : "size-4"} aria-hidden="true" />
					{run.nodeName}
				</button>
				{run.controlPlane ? <Badge>{t("controlPlane")}</Badge> : null}
				{run.overrides.length > 0 ? <Badge tone="warning">{t("overridden", { count: run.overrides.length })}</Badge> : null}
				{run.withoutApi ? <Badge tone="warning">{t("withoutApiBadge")}</Badge> : null}
				{run.fromRuntime ? (
					<span className="font-mono text-muted-foreground text-xs">
						{run.fromRuntime} → {run.toRuntime}
					</span>
				) : null}
				{run.result ? <Msg m={run.result} namespace="event" className="min-w-0 text-danger text-sm" /> : null}
				<span className="ml-auto flex flex-wrap gap-1.5">
					{count("block") > 0 ? <Badge tone="danger">{t("blocks", { count: count("block") })}</Badge> : null}
					{count("warn") > 0 ? <Badge tone="warning">{t("warnings", { count: count("warn") })}</Badge> : null}
				</span>
			</div>
			{open ? (
				<div className="px-4 pb-4">
					{detail.data ? (
						<PlanTabs detail={detail.data} overridden={overridden} onOverride={onOverride} />
					) : detail.error ? (
						<ProblemAlert error={detail.error} onRetry={() => void detail.refetch()} />
					) : (
						<SkeletonLines lines={5} />
					)}
				</div>
			) : null}
		</section>
	);
}

function PlanTabs({ detail, overridden, onOverride }: { detail: RunDetail } & Pick<ReviewNodeProps, "overridden" | "onOverride">) {
	const t = useTranslations("migration");
	const text = useTranslations("run");
	const locale = useLocale();
	const { plan, findings, run } = detail;
	const list =
		findings.length === 0 ? (
			<p className="text-muted-foreground text-sm">{t("noFindings")}</p>
		) : (
			<FindingList
				findings={findings}
				beside={({ code, overridable }) =>
					overridable ? (
						<Checkbox
							className="mt-1"
							checked={overridden(code)}
							onCheckedChange={(on) => onOverride(code, on)}
							label={t("overrideOn", { count: 1 })}
						/>
					) : null
				}
			/>
		);
	if (!plan) {
		return (
			<div className="flex flex-col gap-3">
				{findings.length === 0 && run.result ? <WhatToDo about={run.result} /> : list}
				<Link href={`/nodes/${run.nodeId}`} className="text-info text-sm hover:underline">
					{t("toNode")}
				</Link>
			</div>
		);
	}
	const carried = imagesToCarry(plan.images);
	return (
		<div className="flex flex-col gap-3">
			<p className="text-muted-foreground text-sm">
				{t("planSummary", {
					steps: plan.steps.length,
					files: plan.files.length,
					images: carried.count,
					bytes: formatBytes(carried.bytes, locale),
					outage: formatDuration(longestOutageMs(plan.steps)),
					revert: formatDuration(plan.revertAfterS * 1_000),
				})}
			</p>
			<Tabs
				tabs={[
					{ value: "steps", label: text("steps"), content: <PlannedSteps steps={plan.steps} /> },
					{ value: "changes", label: `${text("changes")} (${plan.files.length})`, content: <FileChanges files={plan.files} /> },
					{ value: "scripts", label: text("scripts"), content: <ScriptsView scripts={plan.scripts} /> },
					{ value: "findings", label: `${t("findings")} (${findings.length})`, content: list },
					{ value: "images", label: `${text("images")} (${plan.images.length})`, content: <ImagesTable images={plan.images} /> },
				]}
			/>
		</div>
	);
}

/** Where a node could not be read there are no findings: what to do is said by what failed. */
function WhatToDo({ about }: { about: Message }) {
	const { todo } = useMessage()(about, "event");
	return todo ? <p className="text-muted-foreground text-sm">{todo}</p> : null;
}
