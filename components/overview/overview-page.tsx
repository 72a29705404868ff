"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { ApiState } from "@/components/clusters/api-state.tsx";
import { RuntimeBar } from "@/components/clusters/runtime-bar.tsx";
import { Card } from "@/components/ui/card.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";
import { ActivityCard } from "./activity-card.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { NeedsAttention } from "./needs-attention.tsx";
import { RunningMigrations } from "./running-migrations.tsx";
import { TrendCard } from "./trend-card.tsx";

export function OverviewPage() {
	const t = useTranslations("overview");
	const chosen = useSearchParams().get("cluster");
	const clusters = useQuery({ queryKey: keys.clusters.list(), queryFn: ({ signal }) => api.clusters(signal) });
	const nodes = useQuery({ queryKey: keys.nodes.list(), queryFn: ({ signal }) => api.nodes(undefined, signal) });
	const filter = { clusterId: chosen ?? undefined, limit: 50 };
	const migrations = useQuery({ queryKey: keys.migrations.list(filter), queryFn: ({ signal }) => api.migrations(filter, signal) });
	const shown = (clusters.data ?? []).filter((cluster) => chosen === null || cluster.id === chosen);
	return (
		<>
			<PageHeader title={t("title")} />
			<ProblemAlert error={clusters.error} onRetry={() => void clusters.refetch()} />
			{clusters.isPending ? (
				<Card>
					<SkeletonLines lines={6} />
				</Card>
			) : clusters.data ? (
				<>
					<FirstSteps clusters={clusters.data} nodes={nodes.data ?? []} migrations={migrations.data?.total ?? 0} />
					{shown.length > 0 ? (
						<div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
							<NeedsAttention clusterId={chosen ?? undefined} />
							<Card title={t("fleet")}>
								<ul className="flex flex-col divide-y">
									{shown.map((cluster) => (
										<li key={cluster.id} className="flex flex-col gap-1.5 py-3 first:pt-0 last:pb-0">
											<div className="flex flex-wrap items-baseline justify-between gap-x-4">
												<Link href={`/clusters/${cluster.id}`} className="font-medium text-info hover:underline">
													{cluster.name}
												</Link>
												<span className="text-xs">
													<ApiState cluster={cluster} />
												</span>
											</div>
											<RuntimeBar nodes={cluster.nodes} />
										</li>
									))}
								</ul>
							</Card>
							<div className="min-w-0 lg:col-span-2">
								<RunningMigrations
									migrations={migrations.data?.migrations ?? []}
									clusterId={chosen ?? undefined}
									loading={migrations.isPending}
									error={migrations.error}
								/>
							</div>
							<TrendCard clusterId={chosen ?? undefined} />
							<ActivityCard clusterId={chosen ?? undefined} />
						</div>
					) : null}
				</>
			) : null}
		</>
	);
}
