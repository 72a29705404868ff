"use client";

import { useTranslations } from "next-intl";
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { ScrollEdges } from "@/components/ui/scroll-edges.tsx";
import { cn } from "@/lib/class-names.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { columnLike, gridColumns, moveInGrid } from "@/lib/run-grid.ts";
import { isFinalRun } from "@/lib/run-status.ts";
import { type PointedColumn, RunGridHead } from "./run-grid-head.tsx";
import { RunGridRow } from "./run-grid-row.tsx";

export interface GridChoice {
	node: string;
	/** Null: the node's own cell. */
	step: string | null;
	line: number | null;
}

interface RunGridProps {
	/** The newest attempt of each node, in the order to draw. */
	runs: readonly RunView[];
	mode: "steps" | "phases";
	/** How many attempts came before, by node id. */
	earlier: ReadonlyMap<string, number>;
	chosenNode: string | null;
	chosenStep: string | null;
	/** Beside the chosen node's panel: narrower, and it scrolls by itself. */
	beside: boolean;
	onChoose: (choice: GridChoice) => void;
}

/** Nodes against steps or phases. Arrow keys move, Enter opens; the Tab key passes the whole grid in one. */
export function RunGrid({ runs, mode, earlier, chosenNode, chosenStep, beside, onChoose }: RunGridProps) {
	const t = useTranslations("migration");
	const now = useServerNow();
	const table = useRef<HTMLTableElement>(null);
	const columns = useMemo(() => gridColumns(runs, mode), [runs, mode]);
	const [at, setAt] = useState({ row: 0, column: -1 });
	const row = Math.min(at.row, Math.max(0, runs.length - 1));
	const [pointed, setPointed] = useState<PointedColumn | null>(null);
	const focused = useRef(false);
	const drawn = useRef(columns);

	// Steps become phases, and back: whoever has the focus keeps it, on the cell that stands for the one that is gone.
	useLayoutEffect(() => {
		const before = drawn.current;
		drawn.current = columns;
		const column = columnLike(before[at.column], columns);
		if (column === at.column) return;
		setAt({ row, column });
		if (focused.current) cellAt(table.current, row, column)?.focus({ preventScroll: true });
	}, [columns, at.column, row]);

	useEffect(() => {
		if (beside && chosenNode !== null) keepInView(table.current, chosenNode);
	}, [beside, chosenNode]);

	const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
		if (event.key === "Escape") setPointed(null);
		const to = moveInGrid({ row, column: at.column }, event.key, { rows: runs.length, columns: columns.length });
		if (!to) return;
		event.preventDefault();
		setAt(to);
		cellAt(table.current, to.row, to.column)?.focus();
	};
	const onFocusCell = useCallback((rowIndex: number, column: number) => setAt({ row: rowIndex, column }), []);

	const point = (target: EventTarget) => {
		const element = target instanceof Element ? target.closest<HTMLElement>("[data-column]") : null;
		setPointed((before) => pointedColumn(element, before));
	};

	return (
		// No cell gets the focus under the nodes' column, which stays when the rest is scrolled to the side, nor under the head.
		<ScrollEdges className={cn("relative scroll-pt-14", beside ? "scroll-pl-44" : "max-h-[calc(100dvh-6rem)] scroll-pl-48")}>
			<table
				ref={table}
				aria-label={t(mode === "steps" ? "gridSteps" : "gridPhases")}
				className="w-full border-collapse text-xs"
				onKeyDown={onKeyDown}
				onFocus={(event) => {
					focused.current = true;
					point(event.target);
				}}
				onBlur={() => {
					focused.current = false;
					setPointed(null);
				}}
				onPointerOver={(event) => point(event.target)}
				onPointerLeave={() => setPointed(null)}
			>
				<RunGridHead columns={columns} mode={mode} beside={beside} pointed={pointed} />
				<tbody>
					{runs.map((one, index) => (
						<RunGridRow
							key={one.nodeId}
							run={one}
							row={index}
							columns={columns}
							mode={mode}
							earlier={earlier.get(one.nodeId) ?? 0}
							// Only what moves is drawn anew each second.
							nowMs={isFinalRun(one) || one.state === "queued" ? 0 : now}
							tabColumn={row === index ? at.column : null}
							chosen={one.nodeName === chosenNode}
							chosenStep={one.nodeName === chosenNode ? chosenStep : null}
							beside={beside}
							onFocusCell={onFocusCell}
							onChoose={onChoose}
						/>
					))}
				</tbody>
			</table>
		</ScrollEdges>
	);
}

function cellAt(table: HTMLTableElement | null, row: number, column: number): HTMLElement | null {
	return table?.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`) ?? null;
}

/** Scrolls the grid, and not the page, as far as it has to. */
function keepInView(table: HTMLTableElement | null, node: string): void {
	const row = table?.querySelector<HTMLElement>(`[data-node="${CSS.escape(node)}"]`);
	const scroller = table?.parentElement;
	if (!row || !scroller) return;
	const above = row.offsetTop - (table.tHead?.offsetHeight ?? 0);
	const below = row.offsetTop + row.offsetHeight - scroller.clientHeight;
	scroller.scrollTop = Math.max(below, Math.min(above, scroller.scrollTop));
}

/** The column of a cell, and on which side of it the table has more room. The same as before where it is the same one. */
function pointedColumn(cell: HTMLElement | null, before: PointedColumn | null): PointedColumn | null {
	const scroller = cell?.closest("table")?.parentElement;
	if (!cell || !scroller) return null;
	const index = Number(cell.dataset["column"]);
	if (before?.index === index) return before;
	const middle = cell.offsetLeft + cell.offsetWidth / 2 - scroller.scrollLeft;
	return { index, towards: middle < scroller.clientWidth / 2 ? "right" : "left" };
}
