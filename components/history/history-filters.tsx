"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { DelayedSearchField } from "@/components/ui/search-field.tsx";
import { SearchSelect } from "@/components/ui/search-select.tsx";
import { Select } from "@/components/ui/select.tsx";
import { api } from "@/lib/api-client.ts";
import { naturalCompare } from "@/lib/format.ts";
import { OWN_RANGE } from "@/lib/history-range.ts";
import { keys } from "@/lib/query-keys.ts";
import { DIRECTIONS, MIGRATION_STATES, PLANNED_MIGRATION_STATES, RUN_STATES } from "@/lib/run-states.ts";
import type { HistoryAddress } from "./history-address.ts";
import { RangeFields } from "./range-fields.tsx";

const ANY = "any";
/** Seconds, by their names in the catalogue. */
const LAST = { day: 86_400, week: 604_800, month: 2_592_000, year: 31_536_000 } as const;
const PLANNED: readonly string[] = PLANNED_MIGRATION_STATES;

/** What narrows the history; all of it lies in the address. */
export function HistoryFilters({ address }: { address: HistoryAddress }) {
	const t = useTranslations("history");
	const run = useTranslations("run");
	const migration = useTranslations("migration");
	const { view, query, time, set } = address;
	const [wanted, setWanted] = useState(false);
	const nodes = useQuery({
		queryKey: keys.nodes.list(query.clusterId || undefined),
		queryFn: ({ signal }) => api.nodes(query.clusterId || undefined, signal),
		enabled: wanted || query.nodeId !== "",
	});
	const options = (values: readonly string[], label: (value: string) => string, any: string) => [
		{ value: ANY, label: any },
		...values.map((value) => ({ value, label: label(value) })),
	];
	const nodeOptions = useMemo(() => [...(nodes.data ?? [])].sort((a, b) => naturalCompare(a.name, b.name)), [nodes.data]);
	const choose = (name: string) => (value: string) => set({ [name]: value === ANY ? null : value });
	const states =
		view === "runs"
			? options(RUN_STATES, (value) => run(`status.${value}` as "status.done"), t("anyResult"))
			: options(
					MIGRATION_STATES.filter((value) => !PLANNED.includes(value)),
					(value) => migration(`state.${value}` as "state.done"),
					t("anyResult"),
				);
	return (
		<search className="flex flex-wrap items-center gap-2">
			<DelayedSearchField label={t("search")} value={query.q} onSearch={(q) => set({ q })} />
			{view === "runs" ? (
				<SearchSelect
					aria-label={t("node")}
					search={t("nodeSearch")}
					none={t("nodeNone")}
					more={t("nodeMore", { count: nodeOptions.length })}
					reading={nodes.data ? null : t(nodes.isError ? "nodeUnread" : "nodeReading")}
					onOpen={() => {
						setWanted(true);
						if (nodes.isError) void nodes.refetch();
					}}
					options={[
						{ value: ANY, label: t("anyNode") },
						...nodeOptions.map((node) => ({ value: node.id, label: query.clusterId ? node.name : `${node.name} · ${node.clusterName}` })),
					]}
					value={query.nodeId || ANY}
					onValueChange={choose("node")}
				/>
			) : null}
			<Select
				aria-label={t("direction")}
				options={options(DIRECTIONS, (value) => run(value === "rollback" ? "rollback" : "migrate"), t("anyDirection"))}
				value={query.direction || ANY}
				onValueChange={choose("direction")}
			/>
			<Select aria-label={t("result")} options={states} value={query.state || ANY} onValueChange={choose("state")} />
			<Select
				aria-label={t("time")}
				options={[
					{ value: ANY, label: t("anyTime") },
					...(Object.keys(LAST) as (keyof typeof LAST)[]).map((name) => ({ value: String(LAST[name]), label: t(`last.${name}`) })),
					{ value: OWN_RANGE, label: t("range") },
				]}
				value={time === OWN_RANGE || Object.values(LAST).some((seconds) => String(seconds) === time) ? time : ANY}
				onValueChange={(value) => set({ last: value === ANY ? null : value, from: null, to: null })}
			/>
			{time === OWN_RANGE ? <RangeFields address={address} /> : null}
		</search>
	);
}
