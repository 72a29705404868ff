"use client";

import { flexRender, getCoreRowModel, useReactTable } from "@tanstack/react-table";
import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { Fragment, type RefObject, useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { cn } from "@/lib/class-names.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { NODE_COLUMNS, type NodeColumn } from "@/lib/node-filter.ts";
import type { NodeOrder } from "@/lib/node-list-address.ts";
import { addRows, type Selection, toggleAll, toggleRow } from "@/lib/row-selection.ts";
import { nodeColumns } from "./columns.tsx";
import { NodeRow } from "./node-row.tsx";
import { useRowKeys } from "./use-row-keys.ts";

const ROW_PX = 36;
const SELECT_PX = 40;
const OVERSCAN = 8;

interface NodeTableProps {
	/** In their order. */
	nodes: readonly NodeView[];
	columns: readonly NodeColumn[];
	order: NodeOrder;
	onOrder: (order: NodeOrder) => void;
	selection: Selection;
	onSelection: (change: (selection: Selection) => Selection) => void;
	/** Told which rows are on the screen, by id. */
	inView: RefObject<readonly string[]>;
}

/** Thousands of rows: only those in view are made and laid out; the table stays a table for screen readers. */
export function NodeTable({ nodes, columns: shown, order, onOrder, selection, onSelection, inView }: NodeTableProps) {
	const t = useTranslations("nodes");
	const keysHint = useId();
	const ids = useMemo(() => nodes.map((node) => node.id), [nodes]);
	const scroller = useRef<HTMLDivElement>(null);
	const body = useRef<HTMLTableSectionElement>(null);
	// The row with the focus stays drawn wherever it is scrolled to: else the focus would be lost with it.
	const [focused, setFocused] = useState<string | null>(null);
	const rangeExtractor = useCallback(
		(range: Range) => {
			const drawn = defaultRangeExtractor(range);
			const at = focused === null ? -1 : ids.indexOf(focused);
			return at === -1 || drawn.includes(at) ? drawn : [...drawn, at].sort((one, other) => one - other);
		},
		[focused, ids],
	);
	const virtual = useVirtualizer({
		count: ids.length,
		getScrollElement: () => scroller.current,
		estimateSize: () => ROW_PX,
		getItemKey: (index) => ids[index] ?? index,
		overscan: OVERSCAN,
		rangeExtractor,
	});
	const items = virtual.getVirtualItems();
	const range = virtual.range;
	useEffect(() => {
		inView.current = range ? ids.slice(range.startIndex, range.endIndex + 1) : [];
	}, [inView, ids, range]);

	const columns = useMemo(() => nodeColumns(t, shown), [t, shown]);
	const sorting = useMemo(() => [{ id: order.column, desc: order.descending }], [order]);
	// The same array while the same rows are in view: the table takes another one for other data, and draws anew for it, without end.
	const data = useMemo(() => items.flatMap((item) => nodes[item.index] ?? []), [items, nodes]);
	const table = useReactTable({
		data,
		columns,
		state: { sorting },
		getRowId: (node) => node.id,
		getCoreRowModel: getCoreRowModel(),
		manualSorting: true,
		autoResetAll: false,
	});
	const rows = new Map(table.getRowModel().rows.map((row) => [row.id, row]));
	const all = useMemo(() => ids.length > 0 && ids.every((id) => selection.ids.has(id)), [ids, selection]);
	const some = useMemo(() => !all && ids.some((id) => selection.ids.has(id)), [all, ids, selection]);
	const width = table.getTotalSize() + SELECT_PX;
	const onToggle = useCallback((id: string, whole: boolean) => onSelection((old) => toggleRow(old, id, ids, whole)), [onSelection, ids]);
	const onKeyDown = useRowKeys({ body, ids, virtual, onSelection, onSelectAll: () => onSelection((old) => addRows(old, ids)) });

	let end = 0;
	return (
		<div ref={scroller} className="relative max-h-[calc(100dvh-13rem)] min-h-40 overflow-auto rounded-lg border bg-card">
			<p id={keysHint} className="sr-only">
				{t("keysHint")}
			</p>
			<table
				aria-label={t("title")}
				aria-describedby={keysHint}
				aria-rowcount={ids.length + 1}
				className="table-fixed border-separate border-spacing-0 text-[0.8125rem]"
				style={{ width, minWidth: "100%" }}
			>
				<thead>
					<tr aria-rowindex={1}>
						<th scope="col" style={{ width: SELECT_PX }} className="sticky top-0 left-0 z-20 border-b bg-card px-3 text-left">
							<Checkbox
								aria-label={t("selectAll", { count: ids.length })}
								checked={all}
								indeterminate={some}
								disabled={ids.length === 0}
								onCheckedChange={() => onSelection((old) => toggleAll(old, ids))}
							/>
						</th>
						{table.getHeaderGroups().flatMap((group) =>
							group.headers.map((header) => {
								const sorted = header.id === order.column ? (order.descending ? "desc" : "asc") : null;
								return (
									<th
										key={header.id}
										scope="col"
										style={{ width: header.getSize() }}
										aria-sort={sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : undefined}
										className={cn("sticky top-0 z-10 border-b bg-card p-0 text-left", header.id === "name" && "left-10 z-20")}
									>
										<button
											type="button"
											className="flex h-8 w-full items-center gap-1 px-2 font-medium text-muted-foreground text-xs hover:text-foreground"
											onClick={() => {
												const column = NODE_COLUMNS.find((one) => one === header.id);
												if (column) onOrder({ column, descending: sorted === "asc" });
											}}
										>
											<span className="truncate">{flexRender(header.column.columnDef.header, header.getContext())}</span>
											{sorted === "asc" ? <ArrowUp className="size-3 shrink-0" aria-hidden="true" /> : null}
											{sorted === "desc" ? <ArrowDown className="size-3 shrink-0" aria-hidden="true" /> : null}
										</button>
									</th>
								);
							}),
						)}
					</tr>
				</thead>
				<tbody
					ref={body}
					onKeyDown={onKeyDown}
					onFocus={(event) => setFocused(ids[rowIndex(event.target)] ?? null)}
					onBlur={(event) => {
						if (!event.currentTarget.contains(event.relatedTarget)) setFocused(null);
					}}
				>
					{items.map((item) => {
						const row = rows.get(ids[item.index] ?? "");
						if (!row) return null;
						const gap = item.start - end;
						end = item.end;
						return (
							<Fragment key={row.id}>
								{gap > 0 ? <Spacer height={gap} /> : null}
								<NodeRow
									row={row}
									index={item.index}
									chosen={selection.ids.has(row.id)}
									columns={columns}
									measure={virtual.measureElement}
									onToggle={onToggle}
								/>
							</Fragment>
						);
					})}
					{virtual.getTotalSize() > end ? <Spacer height={virtual.getTotalSize() - end} /> : null}
				</tbody>
			</table>
		</div>
	);
}

function rowIndex(element: Element): number {
	return Number(element.closest<HTMLElement>("tr[data-index]")?.dataset.index ?? -1);
}

/** Stands for the rows above, between or below what is laid out. */
function Spacer({ height }: { height: number }) {
	return (
		<tr>
			<td style={{ height, padding: 0 }} />
		</tr>
	);
}
