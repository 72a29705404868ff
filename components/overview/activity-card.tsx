"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useActionName } from "@/components/audit/action-name.ts";
import { AuditObject } from "@/components/audit/audit-object.tsx";
import { MIGRATION_LOOKS } from "@/components/migrations/migration-state.tsx";
import { Card } from "@/components/ui/card.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { StatusGlyph, type StatusKind } from "@/components/ui/status-glyph.tsx";
import { api } from "@/lib/api-client.ts";
import type { Activity } from "@/lib/contracts/overview.ts";
import { keys } from "@/lib/query-keys.ts";

/** What people did last and what came of it, each with who and when, and a link to it. */
export function ActivityCard({ clusterId }: { clusterId: string | undefined }) {
	const t = useTranslations("overview");
	const activity = useQuery({ queryKey: keys.activity(clusterId), queryFn: ({ signal }) => api.activity(clusterId, signal) });
	return (
		<Card
			title={t("activity")}
			actions={
				<Link href="/audit" className="text-info text-sm hover:underline">
					{t("allActivity")}
				</Link>
			}
		>
			<ProblemAlert error={activity.error} onRetry={() => void activity.refetch()} />
			{activity.isPending ? (
				<div aria-busy="true">
					<SkeletonLines lines={6} />
				</div>
			) : activity.data?.length === 0 ? (
				<p className="text-muted-foreground text-sm">{t("activityNone")}</p>
			) : activity.data ? (
				<ul aria-label={t("activity")} className="flex flex-col divide-y text-[0.8125rem]">
					{activity.data.map((item) => (
						<li key={item.key} data-activity={item.kind} className="flex flex-wrap items-baseline justify-between gap-x-4 py-1.5">
							{/* A link within a text is not told by its colour alone. */}
							<span className="min-w-0 [&_a]:underline [&_a]:underline-offset-2">
								<What item={item} />
							</span>
							<span className="text-muted-foreground text-xs">
								{item.by} · <RelativeTime at={item.at} />
							</span>
						</li>
					))}
				</ul>
			) : null}
		</Card>
	);
}

const RUN_KINDS: Partial<Record<string, StatusKind>> = {
	done: "ok",
	failed: "failed",
	cancelled: "skipped",
	reverted: "reverted",
	"revert-failed": "hands",
};

function What({ item }: { item: Activity }) {
	const t = useTranslations("overview");
	const migration = useTranslations("migration");
	const actionName = useActionName();
	if (item.kind === "act")
		return (
			<>
				{actionName(item.action)}
				{item.targetName ? (
					<>
						{" · "}
						<AuditObject event={item} />
					</>
				) : null}
			</>
		);
	if (item.kind === "run") {
		const { state, direction } = item;
		const what = state === "done" ? (direction === "migrate" ? "migrated" : "rolledBack") : (OTHER_ENDS[state] ?? "failed");
		return (
			<Link href={`/runs/${item.runId}`} className="rounded hover:underline">
				<StatusGlyph
					kind={RUN_KINDS[state] ?? "unknown"}
					label={t(`activityRun.${what}`, { node: item.node, cluster: item.cluster })}
					className="whitespace-normal"
				/>
			</Link>
		);
	}
	return (
		<Link href={`/migrations/${item.migrationId}`} className="rounded hover:underline">
			<StatusGlyph
				kind={MIGRATION_LOOKS[item.state].kind}
				label={t("activityMigration", {
					migration: item.ticket || item.migrationId,
					cluster: item.cluster,
					state: migration(`state.${item.state}`),
				})}
				className="whitespace-normal"
			/>
		</Link>
	);
}

const OTHER_ENDS: Partial<Record<string, "failed" | "cancelled" | "reverted" | "hands">> = {
	failed: "failed",
	cancelled: "cancelled",
	reverted: "reverted",
	"revert-failed": "hands",
};
