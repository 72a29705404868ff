"use client";

import { useTranslations } from "next-intl";
import { memo, type ReactNode, type RefObject, useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { ScrollEdges } from "@/components/ui/scroll-edges.tsx";
import type { NodeView } from "@/lib/contracts/node.ts";
import type { NodeColumn } from "@/lib/node-filter.ts";
import type { NodeOrder } from "@/lib/node-list-address.ts";
import { addRows, type Selection, toggleAll, toggleRow } from "@/lib/row-selection.ts";
import { columnWidth } from "./columns.tsx";
import { NodeHeadings, SELECT_PX, SelectAll } from "./node-head.tsx";
import { NodeRow } from "./node-row.tsx";
import { useNodeRows } from "./use-node-rows.ts";
import { useRowKeys } from "./use-row-keys.ts";

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

/** The box and the name stay where they are when the rest is scrolled to the side: what gets the focus is not to lie under them. */
const FIXED_COLUMNS = { scrollPaddingLeft: SELECT_PX + columnWidth("name") };

/** Thousands of rows: only those in view are made and laid out; the table stays a table for screen readers. */
export const NodeTable = memo(({ nodes, columns, order, onOrder, selection, onSelection, inView }: NodeTableProps) => {
	const t = useTranslations("nodes");
	const keysHint = useId();
	const ids = useMemo(() => nodes.map((node) => node.id), [nodes]);
	const scroller = useRef<HTMLDivElement>(null);
	const body = useRef<HTMLTableSectionElement>(null);
	const [focused, setFocused] = useState<string | null>(null);
	const { virtual, items, onShown } = useNodeRows({ scroller, ids, focused });
	const range = virtual.range;
	useEffect(() => {
		inView.current = range ? ids.slice(range.startIndex, range.endIndex + 1) : [];
	}, [inView, ids, range]);

	const chosen = useMemo(() => howMany(ids, selection.ids), [ids, selection]);
	const width = columns.reduce((sum, column) => sum + columnWidth(column), SELECT_PX);
	// They are asked for the order as it is when a row is pressed, and are the same at every key in the filter.
	const shownIds = useRef(ids);
	useEffect(() => {
		shownIds.current = ids;
	});
	const onToggle = useCallback(
		(id: string, whole: boolean) => onSelection((old) => toggleRow(old, id, shownIds.current, whole)),
		[onSelection],
	);
	const onKeyDown = useRowKeys({ body, ids, virtual, onSelection, onSelectAll: () => onSelection((old) => addRows(old, ids)) });

	const rows: ReactNode[] = [];
	let end = 0;
	let gaps = 0;
	const skip = (to: number) => {
		if (to > end) rows.push(<Spacer key={`gap ${gaps++}`} height={to - end} />);
	};
	for (const { item, id, slot } of items) {
		const node = nodes[item.index];
		if (!node) continue;
		skip(item.start);
		end = item.end;
		rows.push(
			<NodeRow
				key={slot}
				node={node}
				index={item.index}
				chosen={selection.ids.has(id)}
				columns={columns}
				t={t}
				onShown={onShown}
				onToggle={onToggle}
			/>,
		);
	}
	skip(virtual.getTotalSize());
	return (
		<ScrollEdges scroller={scroller} style={FIXED_COLUMNS} className="relative max-h-[calc(100dvh-13rem)] min-h-40">
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
						<SelectAll count={ids.length} chosen={chosen} onToggleAll={() => onSelection((old) => toggleAll(old, ids))} t={t} />
						<NodeHeadings columns={columns} order={order} onOrder={onOrder} t={t} />
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
					{rows}
				</tbody>
			</table>
		</ScrollEdges>
	);
});

function howMany(ids: readonly string[], chosen: ReadonlySet<string>): "all" | "some" | "none" {
	if (chosen.size === 0 || ids.length === 0) return "none";
	const some = ids.some((id) => chosen.has(id));
	return some && ids.every((id) => chosen.has(id)) ? "all" : some ? "some" : "none";
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
