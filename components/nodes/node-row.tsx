"use client";

import { memo, useLayoutEffect, useRef } from "react";
import { RowCheckbox } from "@/components/ui/row-checkbox.tsx";
import { cn } from "@/lib/class-names.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import type { NodeColumn } from "@/lib/node-filter.ts";
import { nodeCell, type Translate } from "./columns.tsx";

interface NodeRowProps {
	node: NodeView;
	/** Among all rows that match, from 0. */
	index: number;
	chosen: boolean;
	columns: readonly NodeColumn[];
	t: Translate;
	/** Told whose row the element is; returns how to take that back. */
	onShown: (id: string, element: HTMLElement) => () => void;
	/** `range`: pressed with shift. */
	onToggle: (id: string, range: boolean) => void;
}

/** One node. Drawn anew only where something of it has changed; then as the same row, which is less work than another one. */
export const NodeRow = memo(({ node, index, chosen, columns, t, onShown, onToggle }: NodeRowProps) => {
	const row = useRef<HTMLTableRowElement>(null);
	const { id } = node;
	useLayoutEffect(() => (row.current ? onShown(id, row.current) : undefined), [id, onShown]);
	return (
		<tr data-index={index} ref={row} aria-rowindex={index + 2} aria-selected={chosen} className={cn("group", chosen && "bg-info-soft")}>
			<td
				onMouseDown={(event) => {
					// With shift the browser would mark the text in between.
					if (event.shiftKey) event.preventDefault();
				}}
				className={cn("sticky left-0 z-10 h-9 border-b px-3 align-middle", chosen ? "bg-info-soft" : "bg-card group-hover:bg-accent")}
			>
				<RowCheckbox label={t("selectOne", { name: node.name })} checked={chosen} onPress={(range) => onToggle(id, range)} />
			</td>
			{columns.map((column) => (
				<td
					key={column}
					className={cn(
						"border-b px-1.5 py-0.5 align-middle",
						column === "name" && "sticky left-10 z-10",
						chosen ? "bg-info-soft" : column === "name" ? "bg-card group-hover:bg-accent" : "group-hover:bg-accent",
					)}
				>
					{nodeCell(column, node, t)}
				</td>
			))}
		</tr>
	);
});
