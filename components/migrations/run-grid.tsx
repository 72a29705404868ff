"use client";

import { useTranslations } from "next-intl";
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { useStepName } from "@/components/runs/step-name.ts";
import { cn } from "@/lib/class-names.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { columnLike, type GridColumn, gridColumns, moveInGrid } from "@/lib/run-grid.ts";
import { isFinalRun } from "@/lib/run-status.ts";
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

/** A step's name along its column: read upwards in Latin letters, one character below the other in Chinese. */
const ALONG =
	"inline-block rotate-180 whitespace-nowrap font-medium text-muted-foreground [text-orientation:sideways] [writing-mode:vertical-rl] [:lang(zh)_&]:rotate-0 [:lang(zh)_&]:[text-orientation:mixed]";

/** Nodes against steps or phases. Arrow keys move, Enter opens; the Tab key passes the whole grid in one. */
export function RunGrid({ runs, mode, earlier, chosenNode, chosenStep, beside, onChoose }: RunGridProps) {
	const t = useTranslations("migration");
	const run = useTranslations("run");
	const stepName = useStepName();
	const now = useServerNow();
	const table = useRef<HTMLTableElement>(null);
	const columns = useMemo(() => gridColumns(runs, mode), [runs, mode]);
	const groups = useMemo(() => phaseGroups(columns), [columns]);
	const [at, setAt] = useState({ row: 0, column: -1 });
	const row = Math.min(at.row, Math.max(0, runs.length - 1));
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
		const to = moveInGrid({ row, column: at.column }, event.key, { rows: runs.length, columns: columns.length });
		if (!to) return;
		event.preventDefault();
		setAt(to);
		cellAt(table.current, to.row, to.column)?.focus();
	};
	const onFocusCell = useCallback((rowIndex: number, column: number) => setAt({ row: rowIndex, column }), []);

	return (
		<div className={cn("relative rounded-lg border bg-card", beside ? "min-h-0 overflow-auto" : "overflow-x-auto")}>
			<table
				ref={table}
				aria-label={t(mode === "steps" ? "gridSteps" : "gridPhases")}
				className="w-full border-collapse text-xs"
				onKeyDown={onKeyDown}
				onFocus={() => {
					focused.current = true;
				}}
				onBlur={() => {
					focused.current = false;
				}}
			>
				<thead className={cn(beside && "sticky top-0 z-20 bg-card shadow-[0_1px_0_var(--border)]")}>
					{mode === "steps" ? (
						<tr>
							<td className="sticky left-0 z-10 bg-card" />
							{groups.map((group) => (
								<th
									key={group.phase}
									colSpan={group.columns}
									scope="colgroup"
									className="border-l px-1.5 pt-1.5 text-left font-semibold text-muted-foreground"
								>
									{run(`phase.${group.phase}`)}
								</th>
							))}
						</tr>
					) : null}
					<tr className="border-b">
						<th
							scope="col"
							className={cn(
								"sticky left-0 z-10 min-w-40 bg-card px-3 py-1.5 text-left align-bottom font-medium text-muted-foreground",
								beside ? "w-full" : "sm:min-w-56",
							)}
						>
							{t("node")}
						</th>
						{columns.map((column, index) => (
							<th
								key={column.key}
								scope="col"
								title={mode === "steps" && column.phase !== "revert" ? stepName(column.key) : run(`phase.${column.phase}`)}
								className={startsPhase(columns, index) ? "border-l px-1 pb-1.5 align-bottom" : "px-1 pb-1.5 align-bottom"}
							>
								{mode === "steps" && column.phase !== "revert" ? (
									<span className={ALONG}>{stepName(column.key)}</span>
								) : (
									<span className="font-medium text-muted-foreground">{run(`phase.${column.phase}`)}</span>
								)}
							</th>
						))}
					</tr>
				</thead>
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
		</div>
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

export function startsPhase(columns: readonly GridColumn[], index: number): boolean {
	return columns[index]?.phase !== columns[index - 1]?.phase;
}

function phaseGroups(columns: readonly GridColumn[]): { phase: GridColumn["phase"]; columns: number }[] {
	const groups: { phase: GridColumn["phase"]; columns: number }[] = [];
	for (const column of columns) {
		const last = groups.at(-1);
		if (last?.phase === column.phase) last.columns += 1;
		else groups.push({ phase: column.phase, columns: 1 });
	}
	return groups;
}
