"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { MIGRATION_LOOKS } from "@/components/migrations/migration-state.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";
import { type HistoryAddress, PAGE_SIZE } from "./history-address.ts";
import { HistoryList } from "./history-list.tsx";
import { MigrationsTable } from "./migrations-table.tsx";
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
			<HistoryList list={list} address={address} none={{ title: t("noMigrations"), text: t("noMigrationsText") }}>
				{migrations.length === 0 ? null : address.show === "table" ? (
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
			</HistoryList>
		</>
	);
}
