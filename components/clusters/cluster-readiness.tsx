"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { RunningMigrations } from "@/components/overview/running-migrations.tsx";
import { Card } from "@/components/ui/card.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import type { ClusterView } from "@/lib/contracts/cluster.ts";
import { keys } from "@/lib/query-keys.ts";
import { AccessHealth } from "./access-health.tsx";
import { FindingsCard } from "./findings-card.tsx";
import { ReadinessCard } from "./readiness-card.tsx";
import { RuntimeBar } from "./runtime-bar.tsx";

/** Where a cluster stands: which nodes may go, whether the console gets at them, what keeps the rest, and how far it is. */
export function ClusterReadiness({ cluster }: { cluster: ClusterView }) {
	const t = useTranslations("clusters");
	const nodes = useQuery({ queryKey: keys.nodes.list(cluster.id), queryFn: ({ signal }) => api.nodes(cluster.id, signal) });
	const filter = { clusterId: cluster.id, limit: 50 };
	const migrations = useQuery({ queryKey: keys.migrations.list(filter), queryFn: ({ signal }) => api.migrations(filter, signal) });
	if (nodes.error) return <ProblemAlert error={nodes.error} onRetry={() => void nodes.refetch()} />;
	if (nodes.isPending)
		return (
			<div aria-busy="true">
				<SkeletonLines lines={8} />
			</div>
		);
	return (
		<div className="flex flex-col gap-4">
			<ReadinessCard clusterId={cluster.id} nodes={nodes.data} />
			<div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
				<AccessHealth cluster={cluster} nodes={nodes.data} />
				<Card title={t("progress")}>
					<RuntimeBar nodes={cluster.nodes} />
				</Card>
			</div>
			<FindingsCard clusterId={cluster.id} nodes={nodes.data} />
			<RunningMigrations
				migrations={migrations.data?.migrations ?? []}
				clusterId={cluster.id}
				loading={migrations.isPending}
				error={migrations.error}
			/>
		</div>
	);
}
