"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { History as HistoryIcon } from "lucide-react";
import { useTranslations } from "next-intl";
import { MIGRATION_LOOKS } from "@/components/migrations/migration-state.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";
import { type HistoryAddress, PAGE_SIZE } from "./history-address.ts";
import { MigrationsTable } from "./migrations-table.tsx";
import { Pager } from "./pager.tsx";
import { Timeline } from "./timeline.tsx";

/** Migrations that were started and that the filters leave, a page of them at a time. */
export function MigrationsHistory({ address }: { address: HistoryAddress }) {
	const t = useTranslations("history");
	const text = useTranslations("migration");
	const { clusterId, direction, state, q, lastS, from, to } = address.query;
	const query = { clusterId, direction, state, q, lastS, from, to, started: 1, limit: PAGE_SIZE, offset: (address.page - 1) * PAGE_SIZE };
	const list = useQuery({
		queryKey: keys.migrations.list(query),
		queryFn: ({ signal }) => api.migrations(query, signal),
		placeholderData: keepPreviousData,
	});
	const migrations = list.data?.migrations ?? [];
	return (
		<>
			<ProblemAlert error={list.error} onRetry={() => void list.refetch()} />
			<Card flush>
				{list.isPending ? (
					<div aria-busy="true" className="p-4">
						<SkeletonLines lines={8} />
					</div>
				) : migrations.length > 0 ? (
					<>
						{address.show === "table" ? (
							<MigrationsTable migrations={migrations} />
						) : (
							<Timeline
								items={migrations.map((one) => ({
									id: one.id,
									href: `/migrations/${one.id}`,
									label: one.ticket || text(one.direction === "migrate" ? "oneMigrate" : "oneRollback"),
									hint: one.clusterName,
									words: text(`state.${one.state}`),
									...MIGRATION_LOOKS[one.state],
									fromMs: one.startedAt === null ? null : Date.parse(one.startedAt),
									toMs: one.endedAt === null ? null : Date.parse(one.endedAt),
								}))}
							/>
						)}
						<Pager
							page={address.page}
							pageSize={PAGE_SIZE}
							total={list.data?.total ?? 0}
							onPage={(page) => address.set({ page: page === 1 ? null : page })}
						/>
					</>
				) : list.data ? (
					<EmptyState icon={HistoryIcon} title={t("noMigrations")}>
						{t("noMigrationsText")}
					</EmptyState>
				) : null}
			</Card>
		</>
	);
}
