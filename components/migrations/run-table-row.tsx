"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { Duration } from "@/components/runs/duration.tsx";
import { RevertCountdown } from "@/components/runs/revert-countdown.tsx";
import { RunStatusLabel } from "@/components/runs/run-status-label.tsx";
import { useMessage } from "@/components/ui/message.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import { cn } from "@/lib/class-names.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { type GridColumn, gridCells, shownState } from "@/lib/run-grid.ts";
import { isBlocked, runReason, runStatus, STEP_KIND } from "@/lib/run-status.ts";

interface RunTableRowProps {
	run: RunView;
	/** From 0. */
	index: number;
	heightPx: number;
	columns: readonly GridColumn[];
	/** In a column of its own; else it is a hint on the state. */
	withReason: boolean;
	/** 0 where nothing of it moves. */
	nowMs: number;
	chosen: boolean;
	onChoose: (node: string) => void;
}

/** One node of very many: its state, its phases and why it waits, on one line. */
export const RunTableRow = memo(function RunTableRow({
	run,
	index,
	heightPx,
	columns,
	withReason,
	nowMs,
	chosen,
	onChoose,
}: RunTableRowProps) {
	const text = useTranslations("run");
	const render = useMessage();
	const reason = runReason(run);
	const words = reason ? render(reason, "event").text : "";
	const signs = { unknown: nowMs > 0 && runStatus(run, nowMs).code === "unknown", blocked: isBlocked(run) };
	return (
		<tr
			aria-rowindex={index + 2}
			data-node={run.nodeName}
			style={{ height: heightPx }}
			className={cn("border-b", chosen ? "bg-info-soft" : "hover:bg-accent/40")}
		>
			<th scope="row" className="truncate px-3 text-left font-semibold">
				<button type="button" className="hover:underline" aria-pressed={chosen} onClick={() => onChoose(run.nodeName)}>
					{run.nodeName}
				</button>
			</th>
			<td className="truncate px-3" title={withReason ? undefined : words || undefined}>
				<RunStatusLabel run={run} nowMs={nowMs} className="[&_svg]:size-3.5" /> <RevertCountdown run={run} nowMs={nowMs} />
			</td>
			{gridCells(run, columns, "phases").map((cell, column) => {
				const state = cell && shownState(cell.state, signs);
				return (
					<td key={columns[column]?.key ?? column} className="px-2">
						{cell && state ? (
							<span className="inline-flex items-center gap-1.5">
								<StatusGlyph kind={STEP_KIND[state]} label={text(`stepState.${STEP_KIND[state]}`)} iconOnly className="[&_svg]:size-3.5" />
								<span className="font-mono text-muted-foreground">
									<Duration
										durationMs={cell.durationMs}
										startedAt={cell.startedMs === null ? null : new Date(cell.startedMs).toISOString()}
										running={state === "running" || state === "blocked"}
										nowMs={nowMs}
									/>
								</span>
							</span>
						) : null}
					</td>
				);
			})}
			{withReason ? (
				<td className="truncate px-3 text-muted-foreground" title={words}>
					{words}
				</td>
			) : null}
		</tr>
	);
});
