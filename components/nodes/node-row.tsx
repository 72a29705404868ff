"use client";

import { flexRender, type Row } from "@tanstack/react-table";
import { useTranslations } from "next-intl";
import { memo, useRef } from "react";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { cn } from "@/lib/class-names.ts";
import type { NodeView } from "@/lib/contracts/node.ts";

interface NodeRowProps {
	row: Row<NodeView>;
	/** Among all rows that match, from 0. */
	index: number;
	chosen: boolean;
	/** Of the table: another array where a column came or went. */
	columns: unknown;
	measure: (element: HTMLElement | null) => void;
	/** `range`: pressed with shift. */
	onToggle: (id: string, range: boolean) => void;
}

/** One node. Drawn anew only where the node, its choice or the columns are others: a table row is made anew at every step of a scroll. */
export const NodeRow = memo(DrawnRow, (before, after) => {
	const same = before.row.original === after.row.original && before.chosen === after.chosen && before.index === after.index;
	return same && before.columns === after.columns && before.onToggle === after.onToggle && before.measure === after.measure;
});

function DrawnRow({ row, index, chosen, measure, onToggle }: NodeRowProps) {
	const t = useTranslations("nodes");
	// The press comes first, the box's own change after it.
	const range = useRef(false);
	return (
		<tr data-index={index} ref={measure} aria-rowindex={index + 2} aria-selected={chosen} className={cn("group", chosen && "bg-info-soft")}>
			<td
				onMouseDown={(event) => {
					// With shift the browser would mark the text in between.
					if (event.shiftKey) event.preventDefault();
				}}
				className={cn("sticky left-0 z-10 h-9 border-b px-3 align-middle", chosen ? "bg-info-soft" : "bg-card group-hover:bg-accent")}
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
						onToggle(row.id, whole);
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
}
