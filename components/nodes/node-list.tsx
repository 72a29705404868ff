"use client";

import { useQuery } from "@tanstack/react-query";
import { Server } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { buttonClass } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { compareNodes, filterNodes } from "@/lib/node-filter.ts";
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
	const shown = useMemo(() => filterNodes(sorted, filter, texts), [sorted, filter]);
	const chosen = useMemo(
		() => (selection.ids.size === 0 ? [] : (nodes ?? []).filter((node) => selection.ids.has(node.id))),
		[nodes, selection],
	);
	// What a menu does is about what is shown when it is pressed: at each key in the filter it stays the same menu.
	const now = useRef(shown);
	useEffect(() => {
		now.current = shown;
	});
	const chooseInView = useCallback(() => setSelection((old) => addRows(old, onScreen.current)), []);
	const chooseMatching = useCallback(() => setSelection((old) => addRows(old, idsOf(now.current))), []);
	const chooseNone = useCallback(() => setSelection(NOTHING_SELECTED), []);
	const withCluster = clusterId === undefined;
	const shownColumns = useMemo(() => columns.filter((column) => withCluster || column !== "cluster"), [columns, withCluster]);
	useEffect(() => {
		if (nodes) setSelection((old) => (old.ids.size === 0 ? old : keepExisting(old, new Set(idsOf(nodes)))));
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
			<NodeFilterBar filter={filter} onChange={setFilter} nodes={nodes} shown={shown.length} total={nodes.length}>
				<SelectMenu
					matching={shown.length}
					chosen={chosen.length}
					onInView={chooseInView}
					onMatching={chooseMatching}
					onNone={chooseNone}
				/>
				<ColumnMenu columns={columns} onChange={setColumns} withCluster={withCluster} />
			</NodeFilterBar>
			{chosen.length > 0 ? (
				<ChosenBar chosen={chosen} shown={shown} selection={selection} onChooseMatching={chooseMatching} onClear={chooseNone} />
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

interface ChosenBarProps {
	chosen: readonly NodeView[];
	shown: readonly NodeView[];
	selection: Selection;
	onChooseMatching: () => void;
	onClear: () => void;
}

/** What is chosen beside what the filter shows: only counted while something is chosen. */
function ChosenBar({ chosen, shown, selection, onChooseMatching, onClear }: ChosenBarProps) {
	const inView = useMemo(() => new Set(idsOf(shown)), [shown]);
	return (
		<ActionBar
			chosen={chosen}
			hidden={chosen.filter((node) => !inView.has(node.id)).length}
			more={shown.filter((node) => !selection.ids.has(node.id)).length}
			matching={shown.length}
			onChooseMatching={onChooseMatching}
			onClear={onClear}
		/>
	);
}

function idsOf(nodes: readonly NodeView[]): string[] {
	return nodes.map((node) => node.id);
}

function inOrder(nodes: readonly NodeView[], { column, descending }: NodeOrder): NodeView[] {
	const sorted = [...nodes].sort((one, other) => compareNodes(column, one, other));
	return descending ? sorted.reverse() : sorted;
}
