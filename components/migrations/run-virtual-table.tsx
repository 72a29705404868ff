"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { cn } from "@/lib/class-names.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { type GridColumn, gridColumns } from "@/lib/run-grid.ts";
import { isFinalRun } from "@/lib/run-status.ts";
import { RunTableRow } from "./run-table-row.tsx";

interface RunVirtualTableProps {
	runs: readonly RunView[];
	chosenNode: string | null;
	/** Beside the chosen node's panel: names and states alone, as high as there is room. */
	beside: boolean;
	onChoose: (node: string) => void;
}

const ROW_PX = 36;
const NO_COLUMNS: readonly GridColumn[] = [];

/** More nodes than a page can hold: only the rows in view are drawn. */
export function RunVirtualTable({ runs, chosenNode, beside, onChoose }: RunVirtualTableProps) {
	const t = useTranslations("migration");
	const run = useTranslations("run");
	const now = useServerNow();
	const scroller = useRef<HTMLDivElement>(null);
	// The same ones as before while they are alike: a row is drawn anew for others.
	const found = gridColumns(runs, "phases");
	const [columns, setColumns] = useState(found);
	if (found.map(({ key }) => key).join() !== columns.map(({ key }) => key).join()) setColumns(found);
	const shownColumns = beside ? NO_COLUMNS : columns;
	const span = shownColumns.length + (beside ? 2 : 3);
	const virtual = useVirtualizer({
		count: runs.length,
		getScrollElement: () => scroller.current,
		estimateSize: () => ROW_PX,
		overscan: 15,
		// The head stands above the rows.
		scrollPaddingEnd: ROW_PX,
	});
	const chosen = chosenNode === null ? -1 : runs.findIndex((one) => one.nodeName === chosenNode);
	// Another order or filter is no reason to move what is read.
	const place = useRef(chosen);
	place.current = chosen;
	useEffect(() => {
		if (chosenNode !== null && place.current >= 0) virtual.scrollToIndex(place.current, { align: "auto" });
	}, [chosenNode, virtual]);
	const items = virtual.getVirtualItems();
	const above = items[0]?.start ?? 0;
	const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
	return (
		<div ref={scroller} className={cn("relative overflow-auto rounded-lg border bg-card", beside ? "min-h-0" : "max-h-[50vh]")}>
			<table aria-label={t("gridPhases")} aria-rowcount={runs.length + 1} className="w-full table-fixed border-collapse text-xs">
				<thead className="sticky top-0 z-10 bg-card">
					<tr className="border-b">
						<th scope="col" className="w-44 px-3 py-1.5 text-left font-medium text-muted-foreground">
							{t("node")}
						</th>
						<th scope="col" className={cn("px-3 py-1.5 text-left font-medium text-muted-foreground", !beside && "w-56")}>
							{run("state")}
						</th>
						{shownColumns.map((column) => (
							<th key={column.key} scope="col" className="w-24 px-2 py-1.5 text-left font-medium text-muted-foreground">
								{run(`phase.${column.phase}`)}
							</th>
						))}
						{beside ? null : (
							<th scope="col" className="px-3 py-1.5 text-left font-medium text-muted-foreground">
								{t("why")}
							</th>
						)}
					</tr>
				</thead>
				<tbody>
					{above > 0 ? (
						<tr>
							<td colSpan={span} style={{ height: above }} />
						</tr>
					) : null}
					{items.map((item) => {
						const one = runs[item.index];
						if (!one) return null;
						return (
							<RunTableRow
								key={one.nodeId}
								run={one}
								index={item.index}
								heightPx={ROW_PX}
								columns={shownColumns}
								withReason={!beside}
								// Only what moves is drawn anew each second.
								nowMs={isFinalRun(one) || one.state === "queued" ? 0 : now}
								chosen={one.nodeName === chosenNode}
								onChoose={onChoose}
							/>
						);
					})}
					{below > 0 ? (
						<tr>
							<td colSpan={span} style={{ height: below }} />
						</tr>
					) : null}
				</tbody>
			</table>
		</div>
	);
}
