"use client";

import { flexRender, getCoreRowModel, getSortedRowModel, useReactTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo, useRef } from "react";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { cn } from "@/lib/class-names.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { NODE_COLUMNS } from "@/lib/node-filter.ts";
import { type Selection, toggleAll, toggleRow } from "@/lib/row-selection.ts";
import { nodeColumns } from "./columns.tsx";
import type { NodeOrder } from "./use-node-view.ts";

const ROW_PX = 36;
const SELECT_PX = 40;
const OVERSCAN = 12;

interface NodeTableProps {
	nodes: NodeView[];
	order: NodeOrder;
	onOrder: (order: NodeOrder) => void;
	selection: Selection;
	onSelection: (change: (selection: Selection) => Selection) => void;
	withCluster: boolean;
}

/** Thousands of rows: only those in view are laid out; the table stays a table for screen readers. */
export function NodeTable({ nodes, order, onOrder, selection, onSelection, withCluster }: NodeTableProps) {
	const t = useTranslations("nodes");
	const columns = useMemo(() => nodeColumns(t, withCluster), [t, withCluster]);
	const sorting = useMemo(() => [{ id: order.column, desc: order.descending }], [order]);
	const table = useReactTable({
		data: nodes,
		columns,
		state: { sorting },
		getRowId: (node) => node.id,
		getCoreRowModel: getCoreRowModel(),
		getSortedRowModel: getSortedRowModel(),
		enableSortingRemoval: false,
	});
	const rows = table.getRowModel().rows;
	const ids = useMemo(() => rows.map((row) => row.id), [rows]);
	const scroller = useRef<HTMLDivElement>(null);
	const virtual = useVirtualizer({
		count: rows.length,
		getScrollElement: () => scroller.current,
		estimateSize: () => ROW_PX,
		getItemKey: (index) => ids[index] ?? index,
		overscan: OVERSCAN,
	});
	const items = virtual.getVirtualItems();
	const before = items[0]?.start ?? 0;
	const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
	const all = ids.length > 0 && ids.every((id) => selection.ids.has(id));
	const some = !all && ids.some((id) => selection.ids.has(id));
	const width = table.getTotalSize() + SELECT_PX;

	// The press comes first, the box's own change after it.
	const range = useRef(false);

	return (
		<div ref={scroller} className="relative max-h-[calc(100dvh-13rem)] min-h-40 overflow-auto rounded-lg border bg-card">
			<table
				aria-label={t("title")}
				aria-rowcount={rows.length + 1}
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
								const sorted = header.column.getIsSorted();
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
												if (column) onOrder({ column, descending: order.column === column && !order.descending });
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
				<tbody>
					{before > 0 ? <Spacer height={before} /> : null}
					{items.map((item) => {
						const row = rows[item.index];
						if (!row) return null;
						const chosen = selection.ids.has(row.id);
						return (
							<tr
								key={row.id}
								data-index={item.index}
								ref={virtual.measureElement}
								aria-rowindex={item.index + 2}
								aria-selected={chosen}
								className={cn("group", chosen && "bg-info-soft")}
							>
								<td
									onMouseDown={(event) => {
										// With shift the browser would mark the text in between.
										if (event.shiftKey) event.preventDefault();
									}}
									className={cn(
										"sticky left-0 z-10 h-9 border-b px-3 align-middle",
										chosen ? "bg-info-soft" : "bg-card group-hover:bg-accent",
									)}
								>
									<Checkbox
										aria-label={t("selectOne", { name: row.original.name })}
										checked={chosen}
										onClick={(event) => {
											range.current = event.shiftKey;
										}}
										onCheckedChange={() => {
											const whole = range.current;
											range.current = false;
											onSelection((old) => toggleRow(old, row.id, ids, whole));
										}}
									/>
								</td>
								{row.getVisibleCells().map((cell) => (
									<td
										key={cell.id}
										className={cn(
											"border-b px-2 py-1 align-middle",
											cell.column.id === "name" && "sticky left-10 z-10",
											chosen ? "bg-info-soft" : cell.column.id === "name" ? "bg-card group-hover:bg-accent" : "group-hover:bg-accent",
										)}
									>
										{flexRender(cell.column.columnDef.cell, cell.getContext())}
									</td>
								))}
							</tr>
						);
					})}
					{after > 0 ? <Spacer height={after} /> : null}
				</tbody>
			</table>
		</div>
	);
}

/** Stands for the rows above or below what is laid out. */
function Spacer({ height }: { height: number }) {
	return (
		<tr>
			<td style={{ height, padding: 0 }} />
		</tr>
	);
}
