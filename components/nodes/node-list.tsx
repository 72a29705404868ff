"use client";

import { useQuery } from "@tanstack/react-query";
import { Server } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { buttonClass } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { compareNodes, filterChoices, filterNodes } from "@/lib/node-filter.ts";
import type { NodeOrder } from "@/lib/node-list-address.ts";
import { keys } from "@/lib/query-keys.ts";
import { addRows, keepExisting, NOTHING_SELECTED, type Selection } from "@/lib/row-selection.ts";
import { ActionBar } from "./action-bar.tsx";
import { ColumnMenu } from "./column-menu.tsx";
import { NodeFilterBar } from "./node-filter-bar.tsx";
import { NodeTable } from "./node-table.tsx";
import { SelectMenu } from "./select-menu.tsx";
import { useNodeView } from "./use-node-view.ts";

const texts = new WeakMap<NodeView, string>();

/** Nodes of one cluster or of all, to look through and to choose from. */
export function NodeList({ clusterId }: { clusterId?: string }) {
	const t = useTranslations("nodes");
	const { filter, order, columns, setFilter, setOrder, setColumns } = useNodeView();
	const [selection, setSelection] = useState<Selection>(NOTHING_SELECTED);
	const onScreen = useRef<readonly string[]>([]);
	const query = useQuery({ queryKey: keys.nodes.list(clusterId), queryFn: ({ signal }) => api.nodes(clusterId, signal) });
	const nodes = query.data;
	// Put in order once, and not at each key that is typed: that only leaves some out.
	const sorted = useMemo(() => inOrder(nodes ?? [], order), [nodes, order]);
	// The box answers each keystroke; the table follows as soon as it can.
	const narrowed = useDeferredValue(filter);
	const shown = useMemo(() => filterNodes(sorted, narrowed, texts), [sorted, narrowed]);
	const choices = useMemo(() => filterChoices(nodes ?? []), [nodes]);
	const chosen = useMemo(() => (nodes ?? []).filter((node) => selection.ids.has(node.id)), [nodes, selection]);
	const inView = useMemo(() => new Set(shown.map((node) => node.id)), [shown]);
	const withCluster = clusterId === undefined;
	const shownColumns = useMemo(() => columns.filter((column) => withCluster || column !== "cluster"), [columns, withCluster]);
	useEffect(() => {
		if (nodes) setSelection((old) => keepExisting(old, new Set(nodes.map((node) => node.id))));
	}, [nodes]);

	if (query.isPending) {
		return (
			<div aria-busy="true" className="rounded-lg border bg-card p-4">
				<SkeletonLines lines={8} />
			</div>
		);
	}
	if (!nodes) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
	if (nodes.length === 0) {
		return (
			<Card>
				<EmptyState
					icon={Server}
					title={t("emptyTitle")}
					action={
						<Link href={clusterId ? `/clusters/${clusterId}?tab=access` : "/clusters"} className={buttonClass({ variant: "primary" })}>
							{clusterId ? t("emptyToAccess") : t("emptyToClusters")}
						</Link>
					}
				>
					{clusterId ? t("emptyCluster") : t("empty")}
				</EmptyState>
			</Card>
		);
	}
	return (
		<div className="flex min-h-0 flex-col gap-3">
			<ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
			<NodeFilterBar filter={filter} onChange={setFilter} choices={choices} shown={shown.length} total={nodes.length}>
				<SelectMenu
					matching={shown.length}
					chosen={chosen.length}
					onInView={() => setSelection((old) => addRows(old, onScreen.current))}
					onMatching={() => setSelection((old) => addRows(old, inView))}
					onNone={() => setSelection(NOTHING_SELECTED)}
				/>
				<ColumnMenu columns={columns} onChange={setColumns} withCluster={withCluster} />
			</NodeFilterBar>
			{chosen.length > 0 ? (
				<ActionBar
					chosen={chosen}
					hidden={chosen.filter((node) => !inView.has(node.id)).length}
					more={shown.filter((node) => !selection.ids.has(node.id)).length}
					matching={shown.length}
					onChooseMatching={() => setSelection((old) => addRows(old, inView))}
					onClear={() => setSelection(NOTHING_SELECTED)}
				/>
			) : null}
			{shown.length === 0 ? (
				<Card>
					<EmptyState title={t("noMatchTitle")}>{t("noMatch")}</EmptyState>
				</Card>
			) : (
				<NodeTable
					nodes={shown}
					columns={shownColumns}
					order={order}
					onOrder={setOrder}
					selection={selection}
					onSelection={setSelection}
					inView={onScreen}
				/>
			)}
		</div>
	);
}

function inOrder(nodes: readonly NodeView[], { column, descending }: NodeOrder): NodeView[] {
	const sorted = [...nodes].sort((one, other) => compareNodes(column, one, other));
	return descending ? sorted.reverse() : sorted;
}
