"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { History as HistoryIcon } from "lucide-react";
import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { Select } from "@/components/ui/select.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import { directionSchema } from "@/lib/contracts/plan.ts";
import { runStateSchema } from "@/lib/contracts/run.ts";
import { naturalCompare } from "@/lib/format.ts";
import { keys } from "@/lib/query-keys.ts";
import { Pager } from "./pager.tsx";
import { useQueryFilter } from "./query-filter.ts";
import { RunsTable } from "./runs-table.tsx";
import { SearchField } from "./search-field.tsx";

const PAGE_SIZE = 50;
const ANY = "any";

/** Every run that ever began, the newest first. */
export function HistoryPage() {
	const t = useTranslations("history");
	const run = useTranslations("run");
	const filter = useQueryFilter();
	const state = runStateSchema.safeParse(filter.get("state"));
	const direction = directionSchema.safeParse(filter.get("direction"));
	const query = {
		clusterId: filter.get("cluster"),
		nodeId: filter.get("node"),
		direction: direction.success ? direction.data : "",
		state: state.success ? state.data : "",
		q: filter.get("q"),
		limit: PAGE_SIZE,
		offset: (filter.page - 1) * PAGE_SIZE,
	};
	const list = useQuery({
		queryKey: keys.runs.list(query),
		queryFn: ({ signal }) => api.runs(query, signal),
		placeholderData: keepPreviousData,
	});
	const nodes = useQuery({
		queryKey: keys.nodes.list(query.clusterId || undefined),
		queryFn: ({ signal }) => api.nodes(query.clusterId || undefined, signal),
	});
	const options = (values: readonly string[], label: (value: string) => string, any: string) => [
		{ value: ANY, label: any },
		...values.map((value) => ({ value, label: label(value) })),
	];
	const nodeOptions = [...(nodes.data ?? [])].sort((a, b) => naturalCompare(a.name, b.name));
	return (
		<>
			<PageHeader title={t("title")} description={t("text")} />
			<div className="flex flex-wrap items-center gap-2">
				<SearchField label={t("search")} value={filter.get("q")} onSearch={(q) => filter.set({ q })} />
				<Select
					aria-label={t("node")}
					options={[
						{ value: ANY, label: t("anyNode") },
						...nodeOptions.map((node) => ({ value: node.id, label: query.clusterId ? node.name : `${node.name} · ${node.clusterName}` })),
					]}
					value={query.nodeId || ANY}
					onValueChange={(value) => filter.set({ node: value === ANY ? null : value })}
				/>
				<Select
					aria-label={t("direction")}
					options={options(directionSchema.options, (value) => run(value === "rollback" ? "rollback" : "migrate"), t("anyDirection"))}
					value={query.direction || ANY}
					onValueChange={(value) => filter.set({ direction: value === ANY ? null : value })}
				/>
				<Select
					aria-label={t("result")}
					options={options(runStateSchema.options, (value) => run(`status.${value}`), t("anyResult"))}
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
				) : list.data && list.data.runs.length > 0 ? (
					<>
						<RunsTable runs={list.data.runs} />
						<Pager
							page={filter.page}
							pageSize={PAGE_SIZE}
							total={list.data.total}
							onPage={(page) => filter.set({ page: page === 1 ? null : page })}
						/>
					</>
				) : list.data ? (
					<EmptyState icon={HistoryIcon} title={t("none")}>
						{t("noneText")}
					</EmptyState>
				) : null}
			</Card>
		</>
	);
}
