"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { Duration } from "@/components/runs/duration.tsx";
import { RevertCountdown } from "@/components/runs/revert-countdown.tsx";
import { RunStatusLabel } from "@/components/runs/run-status-label.tsx";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { useMessage } from "@/components/ui/message.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import { cn } from "@/lib/class-names.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { gridCells, gridColumns, PHASES } from "@/lib/run-grid.ts";
import { runReason, STEP_KIND } from "@/lib/run-status.ts";

interface RunVirtualTableProps {
	runs: readonly RunView[];
	chosenNode: string | null;
	onChoose: (node: string) => void;
}

const ROW_PX = 36;

/** More nodes than a page can hold: only the rows in view are drawn. */
export function RunVirtualTable({ runs, chosenNode, onChoose }: RunVirtualTableProps) {
	const t = useTranslations("migration");
	const run = useTranslations("run");
	const render = useMessage();
	const now = useServerNow();
	const scroller = useRef<HTMLDivElement>(null);
	const columns = gridColumns(runs, "phases");
	const virtual = useVirtualizer({
		count: runs.length,
		getScrollElement: () => scroller.current,
		estimateSize: () => ROW_PX,
		overscan: 15,
	});
	const items = virtual.getVirtualItems();
	const above = items[0]?.start ?? 0;
	const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
	return (
		<div ref={scroller} className="relative max-h-[50vh] overflow-auto rounded-lg border bg-card">
			<table aria-label={t("gridPhases")} aria-rowcount={runs.length + 1} className="w-full table-fixed border-collapse text-xs">
				<thead className="sticky top-0 z-10 bg-card">
					<tr className="border-b">
						<th scope="col" className="w-44 px-3 py-1.5 text-left font-medium text-muted-foreground">
							{t("node")}
						</th>
						<th scope="col" className="w-56 px-3 py-1.5 text-left font-medium text-muted-foreground">
							{run("state")}
						</th>
						{columns.map((column) => (
							<th key={column.key} scope="col" className="w-24 px-2 py-1.5 text-left font-medium text-muted-foreground">
								{run(`phase.${column.phase}`)}
							</th>
						))}
						<th scope="col" className="px-3 py-1.5 text-left font-medium text-muted-foreground">
							{t("why")}
						</th>
					</tr>
				</thead>
				<tbody>
					{above > 0 ? (
						<tr>
							<td colSpan={PHASES.length + 4} style={{ height: above }} />
						</tr>
					) : null}
					{items.map((item) => {
						const one = runs[item.index];
						if (!one) return null;
						const reason = runReason(one);
						const words = reason ? render(reason, "event").text : "";
						return (
							<tr
								key={one.nodeId}
								aria-rowindex={item.index + 2}
								data-node={one.nodeName}
								style={{ height: ROW_PX }}
								className={cn("border-b", one.nodeName === chosenNode ? "bg-info-soft" : "hover:bg-accent/40")}
							>
								<th scope="row" className="truncate px-3 text-left font-semibold">
									<button type="button" className="hover:underline" onClick={() => onChoose(one.nodeName)}>
										{one.nodeName}
									</button>
								</th>
								<td className="truncate px-3">
									<RunStatusLabel run={one} nowMs={now} className="[&_svg]:size-3.5" /> <RevertCountdown run={one} nowMs={now} />
								</td>
								{gridCells(one, columns, "phases").map((cell, index) => (
									<td key={columns[index]?.key ?? index} className="px-2">
										{cell ? (
											<span className="inline-flex items-center gap-1.5">
												<StatusGlyph
													kind={STEP_KIND[cell.state]}
													label={run(`stepState.${STEP_KIND[cell.state]}`)}
													iconOnly
													className="[&_svg]:size-3.5"
												/>
												<span className="font-mono text-muted-foreground">
													<Duration durationMs={cell.durationMs} startedAt={null} running={false} nowMs={now} />
												</span>
											</span>
										) : null}
									</td>
								))}
								<td className="truncate px-3 text-muted-foreground" title={words}>
									{words}
								</td>
							</tr>
						);
					})}
					{below > 0 ? (
						<tr>
							<td colSpan={PHASES.length + 4} style={{ height: below }} />
						</tr>
					) : null}
				</tbody>
			</table>
		</div>
	);
}
