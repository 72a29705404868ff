"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { RunStatusLabel } from "@/components/runs/run-status-label.tsx";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { ExactTime } from "@/components/ui/exact-time.tsx";
import { KeyValues } from "@/components/ui/key-value.tsx";
import { Msg } from "@/components/ui/message.tsx";
import type { RunDetail } from "@/lib/contracts/run-detail.ts";
import { formatDuration } from "@/lib/format.ts";
import { runReason } from "@/lib/run-status.ts";

/** What the two are, and what became of them. */
export function RunsBeside({ one, other }: { one: RunDetail; other: RunDetail }) {
	return (
		<div className="grid gap-4 sm:grid-cols-2">
			<About detail={one} mark="A" />
			<About detail={other} mark="B" />
		</div>
	);
}

function About({ detail: { run, migration }, mark }: { detail: RunDetail; mark: string }) {
	const t = useTranslations("run");
	const now = useServerNow();
	const reason = runReason(run);
	const at = (time: string | null) => (time === null ? "–" : <ExactTime at={time} />);
	return (
		<section aria-label={`${mark}: ${run.nodeName}`} className="min-w-0 rounded-lg border bg-card px-4 py-3">
			<h2 className="mb-1 flex flex-wrap items-center gap-x-3 font-semibold">
				<span aria-hidden="true" className="rounded bg-muted px-1.5 font-mono">
					{mark}
				</span>
				<Link href={`/runs/${run.id}`} className="text-info hover:underline">
					{run.nodeName}
				</Link>
				<RunStatusLabel run={run} nowMs={now} className="font-normal" />
			</h2>
			{reason ? <Msg m={reason} namespace="event" className="mb-1 block text-muted-foreground text-sm" /> : null}
			<KeyValues
				items={[
					{ name: t("what"), value: t(run.direction) },
					{ name: t("cluster"), value: run.clusterName },
					{ name: t("fromTo"), value: run.fromRuntime ? `${run.fromRuntime} → ${run.toRuntime}` : "–" },
					{ name: t("started"), value: at(run.startedAt) },
					{
						name: t("took"),
						value: run.startedAt && run.endedAt ? formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt)) : "–",
					},
					{ name: t("why"), value: [migration.ticket, migration.reason].filter(Boolean).join(" · ") || "–" },
					{ name: t("attemptName"), value: run.attempt },
				]}
			/>
		</section>
	);
}
