"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { Duration } from "@/components/runs/duration.tsx";
import { RevertCountdown } from "@/components/runs/revert-countdown.tsx";
import { RunStatusLabel } from "@/components/runs/run-status-label.tsx";
import { useStepName } from "@/components/runs/step-name.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { Msg } from "@/components/ui/message.tsx";
import { EDGE_OF_FIXED } from "@/components/ui/scroll-edges.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import { cn } from "@/lib/class-names.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { formatDuration } from "@/lib/format.ts";
import { type GridCell, type GridColumn, gridCells, shownState, startsPhase, stepNow } from "@/lib/run-grid.ts";
import { isBlocked, runReason, runStatus, STEP_KIND } from "@/lib/run-status.ts";
import type { GridChoice } from "./run-grid.tsx";

interface RunGridRowProps {
	run: RunView;
	row: number;
	columns: readonly GridColumn[];
	mode: "steps" | "phases";
	earlier: number;
	nowMs: number;
	/** The column whose cell the Tab key reaches in this row; null: none. */
	tabColumn: number | null;
	chosen: boolean;
	chosenStep: string | null;
	beside: boolean;
	onFocusCell: (row: number, column: number) => void;
	onChoose: (choice: GridChoice) => void;
}

/** One node: its state, why it waits, and a cell for each step or phase. */
export const RunGridRow = memo(function RunGridRow(props: RunGridRowProps) {
	const { run, row, columns, mode, earlier, nowMs, tabColumn, chosen, chosenStep, beside, onFocusCell, onChoose } = props;
	const t = useTranslations("migration");
	const stepName = useStepName();
	const runText = useTranslations("run");
	const cells = gridCells(run, columns, mode);
	const reason = runReason(run);
	const bySteps = mode === "steps";
	const unknown = nowMs > 0 && runStatus(run, nowMs).code === "unknown";
	// The heads of the steps are numbers: what a node is at now is said in its row.
	const doing = bySteps && !unknown && !reason ? stepNow(run) : null;
	return (
		<tr
			data-node={run.nodeName}
			data-run-state={run.state}
			className={cn("border-b last:border-b-0", chosen ? "bg-info-soft" : "hover:bg-accent/40", unknown && "opacity-80")}
		>
			<th
				scope="row"
				className={cn("sticky left-0 z-10 px-1.5 py-1 text-left font-normal", EDGE_OF_FIXED, chosen ? "bg-info-soft" : "bg-card")}
			>
				<button
					type="button"
					data-cell={`${row}:-1`}
					tabIndex={tabColumn === -1 ? 0 : -1}
					aria-pressed={chosen}
					onFocus={() => onFocusCell(row, -1)}
					onClick={() => onChoose({ node: run.nodeName, step: null, line: null })}
					className={cn(
						"flex w-full min-w-36 flex-col gap-0.5 rounded px-1.5 py-0.5 text-left hover:underline",
						!beside && (bySteps ? "lg:min-w-40" : "sm:min-w-52"),
					)}
				>
					<span className="flex items-center gap-1.5">
						<span className="font-semibold text-[0.8125rem]">{run.nodeName}</span>
						{run.controlPlane ? <Badge>{t("controlPlaneShort")}</Badge> : null}
						{earlier > 0 ? <Badge>{t("attempt", { number: run.attempt })}</Badge> : null}
					</span>
					<span className="flex flex-wrap items-center gap-x-2">
						<RunStatusLabel run={run} nowMs={nowMs} className="whitespace-normal [&_svg]:size-3.5" />
						{doing === null ? null : <span className="text-muted-foreground">{stepName(doing)}</span>}
						<RevertCountdown run={run} nowMs={nowMs} />
					</span>
				</button>
				{reason ? (
					<div className={cn("px-1.5 text-muted-foreground", !beside && "max-w-40 sm:max-w-80")}>
						<Msg m={reason} namespace="event" />
					</div>
				) : null}
			</th>
			{cells.map((cell, index) => {
				const column = columns[index];
				if (!column) return null;
				const name = bySteps && column.phase !== "revert" ? stepName(column.key) : runText(`phase.${column.phase}`);
				return (
					<td
						key={column.key}
						data-column={index}
						className={cn("py-0.5 text-center", bySteps ? "px-0" : "px-0.5", startsPhase(columns, index) && "border-l")}
					>
						{cell ? (
							<CellButton
								cell={cell}
								name={name}
								nowMs={nowMs}
								signs={{ unknown, blocked: isBlocked(run) }}
								place={`${row}:${index}`}
								reachable={tabColumn === index}
								chosen={chosenStep !== null && cell.stepId === chosenStep}
								brief={bySteps}
								counted={!bySteps || column.phase === "revert"}
								onFocus={() => onFocusCell(row, index)}
								onChoose={() => onChoose({ node: run.nodeName, step: cell.stepId, line: cell.logLine })}
							/>
						) : (
							<button
								type="button"
								data-cell={`${row}:${index}`}
								tabIndex={tabColumn === index ? 0 : -1}
								aria-label={t("cellNone", { step: name })}
								onFocus={() => onFocusCell(row, index)}
								onClick={() => onChoose({ node: run.nodeName, step: null, line: null })}
								className={cn("h-9 w-full rounded text-muted-foreground", bySteps ? "min-w-7" : "min-w-11")}
							/>
						)}
					</td>
				);
			})}
		</tr>
	);
});

interface CellButtonProps {
	cell: GridCell;
	name: string;
	nowMs: number;
	/** What of its node keeps what runs from being shown as running. */
	signs: Parameters<typeof shownState>[1];
	place: string;
	reachable: boolean;
	chosen: boolean;
	/** In a narrow column. */
	brief: boolean;
	counted: boolean;
	onFocus: () => void;
	onChoose: () => void;
}

function CellButton({ cell, name, nowMs, signs, place, reachable, chosen, brief, counted, onFocus, onChoose }: CellButtonProps) {
	const run = useTranslations("run");
	const state = shownState(cell.state, signs);
	const kind = STEP_KIND[state];
	const words = run(`stepState.${kind}`);
	const begun = state !== "waiting";
	const goesOn = state === "running" || state === "blocked";
	const took = goesOn || cell.durationMs === null ? null : formatDuration(cell.durationMs);
	return (
		<button
			type="button"
			data-cell={place}
			data-step={cell.key}
			data-state={state}
			aria-pressed={chosen}
			tabIndex={reachable ? 0 : -1}
			title={took === null ? `${name}: ${words}` : `${name}: ${words}, ${took}`}
			onFocus={onFocus}
			onClick={onChoose}
			className={cn(
				"flex h-9 w-full flex-col items-center justify-center gap-0.5 rounded hover:bg-accent",
				brief ? "min-w-7" : "min-w-11",
				state === "failed" && "bg-danger-soft",
				state === "blocked" && "bg-warning-soft",
				chosen && "ring-2 ring-ring",
			)}
		>
			<span className="sr-only">{name}: </span>
			<StatusGlyph kind={kind} label={words} iconOnly className={begun ? "[&_svg]:size-3.5" : "[&_svg]:size-3"} />
			<span className={cn("whitespace-nowrap font-mono text-muted-foreground leading-none", brief ? "text-[0.65rem]" : "text-[0.6875rem]")}>
				{took === null ? null : <Duration durationMs={cell.durationMs} startedAt={null} running={false} nowMs={nowMs} brief={brief} />}
				{goesOn && cell.startedMs !== null && nowMs > 0 ? (
					<Duration durationMs={null} startedAt={new Date(cell.startedMs).toISOString()} running nowMs={nowMs} brief={brief} />
				) : null}
				{counted && (goesOn || state === "failed") ? ` ${cell.done}/${cell.total}` : null}
			</span>
		</button>
	);
}
