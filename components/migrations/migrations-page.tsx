"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ClipboardList, Plus } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Pager } from "@/components/history/pager.tsx";
import { useQueryFilter } from "@/components/history/query-filter.ts";
import { TemplatesDialog } from "@/components/templates/templates-dialog.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Select } from "@/components/ui/select.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import { api } from "@/lib/api-client.ts";
import { type NodeCounts, nodeCounts } from "@/lib/node-counts.ts";
import { keys } from "@/lib/query-keys.ts";
import { MIGRATION_STATES } from "@/lib/run-states.ts";
import { DraftsCard } from "./drafts-card.tsx";
import { MigrationName } from "./migration-name.tsx";
import { MigrationStateBadge } from "./migration-state.tsx";
import { NodesDone } from "./nodes-done.tsx";
import { StartsIn } from "./starts-in.tsx";

const PAGE_SIZE = 50;
const ANY = "any";

/** Every migration, drafts too, the newest first. */
export function MigrationsPage() {
	const t = useTranslations("migration");
	const filter = useQueryFilter();
	const state = MIGRATION_STATES.find((one) => one === filter.get("state"));
	const clusterId = filter.get("cluster");
	const query = { clusterId, state: state ?? "", limit: PAGE_SIZE, offset: (filter.page - 1) * PAGE_SIZE };
	const list = useQuery({
		queryKey: keys.migrations.list(query),
		queryFn: ({ signal }) => api.migrations(query, signal),
		placeholderData: keepPreviousData,
	});
	const newHref = clusterId ? `/migrations/new?cluster=${encodeURIComponent(clusterId)}` : "/migrations/new";
	const create = (
		<Link href={newHref} className={buttonClass({ variant: "primary" })}>
			<Plus aria-hidden="true" />
			{t("new")}
		</Link>
	);
	return (
		<>
			<PageHeader
				title={t("title")}
				description={t("listText")}
				actions={
					<>
						<TemplatesDialog />
						{create}
					</>
				}
			/>
			<DraftsCard />
			<div className="flex flex-wrap items-center gap-2">
				<Select
					aria-label={t("stateLabel")}
					options={[{ value: ANY, label: t("anyState") }, ...MIGRATION_STATES.map((value) => ({ value, label: t(`state.${value}`) }))]}
					value={query.state || ANY}
					onValueChange={(value) => filter.set({ state: value === ANY ? null : value })}
				/>
			</div>
			<ProblemAlert error={list.error} onRetry={() => void list.refetch()} />
			<Card flush>
				{list.isPending ? (
					<div aria-busy="true" className="p-4">
						<SkeletonLines lines={8} />
					</div>
				) : list.data && list.data.migrations.length > 0 ? (
					<>
						<Table aria-label={t("title")}>
							<THead>
								<Tr>
									<Th>{t("what")}</Th>
									<Th>{t("stateLabel")}</Th>
									<Th>{t("nodes")}</Th>
									<Th className="max-sm:hidden">{t("cluster")}</Th>
									<Th className="max-sm:hidden">{t("ticket")}</Th>
									<Th className="max-sm:hidden">{t("reason")}</Th>
									<Th className="max-sm:hidden">{t("who")}</Th>
									<Th>{t("when")}</Th>
								</Tr>
							</THead>
							<TBody>
								{list.data.migrations.map((migration) => (
									<Tr key={migration.id} data-migration={migration.id}>
										<Td>
											<MigrationName migration={migration} />
										</Td>
										<Td>
											<MigrationStateBadge state={migration.state} />
										</Td>
										<Td>
											<Nodes counts={nodeCounts(migration.counts)} />
										</Td>
										<Td className="max-sm:hidden">{migration.clusterName}</Td>
										<Td className="max-sm:hidden">{migration.ticket || "–"}</Td>
										<Td className="max-w-72 truncate max-sm:hidden" title={migration.reason}>
											{migration.reason || "–"}
										</Td>
										<Td className="max-sm:hidden">{migration.createdBy}</Td>
										<Td className="whitespace-nowrap">
											{migration.state === "scheduled" && migration.schedule ? (
												<StartsIn schedule={migration.schedule} />
											) : (
												<RelativeTime at={migration.startedAt ?? migration.createdAt} />
											)}
										</Td>
									</Tr>
								))}
							</TBody>
						</Table>
						<Pager
							page={filter.page}
							pageSize={PAGE_SIZE}
							total={list.data.total}
							onPage={(page) => filter.set({ page: page === 1 ? null : page })}
						/>
					</>
				) : list.data ? (
					<EmptyState icon={ClipboardList} title={t("none")} action={create}>
						{t("noneText")}
					</EmptyState>
				) : null}
			</Card>
		</>
	);
}

function Nodes({ counts }: { counts: NodeCounts }) {
	const t = useTranslations("migration");
	const { failed, leftOut, noneGoes } = counts;
	return (
		<span className="flex flex-wrap gap-x-3">
			<span className={noneGoes ? undefined : "whitespace-nowrap"}>
				<NodesDone counts={counts} />
			</span>
			{failed > 0 ? <StatusGlyph kind="failed" label={t("countFailed", { count: failed })} className="[&_svg]:size-3.5" /> : null}
			{leftOut > 0 && !noneGoes ? (
				<span className="whitespace-nowrap text-muted-foreground">{t("countExcluded", { count: leftOut })}</span>
			) : null}
		</span>
	);
}
