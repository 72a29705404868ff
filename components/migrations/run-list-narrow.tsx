"use client";

import { useTranslations } from "next-intl";
import { memo, useState } from "react";
import { RevertCountdown } from "@/components/runs/revert-countdown.tsx";
import { RunStatusLabel } from "@/components/runs/run-status-label.tsx";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { useStepName } from "@/components/runs/step-name.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Msg } from "@/components/ui/message.tsx";
import { cn } from "@/lib/class-names.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { cellOf, forwardSteps } from "@/lib/run-grid.ts";
import { isFinalRun, runReason, runStatus } from "@/lib/run-status.ts";

interface RunListProps {
	runs: readonly RunView[];
	chosenNode: string | null;
	onChoose: (node: string) => void;
}

const AT_ONCE = 50;

/** The grid on a phone: each node with its state, why it waits and how far it is, below each other, and nothing to scroll sideways. */
export function RunListNarrow({ runs, chosenNode, onChoose }: RunListProps) {
	const t = useTranslations("migration");
	const now = useServerNow();
	const [most, setMost] = useState(AT_ONCE);
	return (
		<section aria-label={t("nodes")} className="rounded-lg border bg-card">
			<ul>
				{runs.slice(0, most).map((run) => (
					<Row
						key={run.nodeId}
						run={run}
						nowMs={isFinalRun(run) || run.state === "queued" ? 0 : now}
						chosen={run.nodeName === chosenNode}
						onChoose={onChoose}
					/>
				))}
			</ul>
			{runs.length > most ? (
				<Button className="m-2" onClick={() => setMost(most + AT_ONCE)}>
					{t("needsMore", { count: runs.length - most })}
				</Button>
			) : null}
		</section>
	);
}

interface RowProps {
	run: RunView;
	nowMs: number;
	chosen: boolean;
	onChoose: (node: string) => void;
}

const Row = memo(function Row({ run, nowMs, chosen, onChoose }: RowProps) {
	const t = useTranslations("migration");
	const stepName = useStepName();
	const reason = runReason(run);
	const steps = forwardSteps(run);
	const cell = cellOf("all", steps.length > 0 ? steps : run.steps);
	const moves = nowMs > 0 && !isFinalRun(run) && runStatus(run, nowMs).code !== "unknown";
	return (
		<li data-node={run.nodeName} data-run-state={run.state} className={cn("border-b last:border-b-0", chosen && "bg-info-soft")}>
			<button
				type="button"
				aria-pressed={chosen}
				onClick={() => onChoose(run.nodeName)}
				className="flex w-full flex-col gap-1 px-3 py-2 text-left text-sm"
			>
				<span className="flex w-full flex-wrap items-center gap-x-2">
					<span className="break-all font-semibold">{run.nodeName}</span>
					{run.controlPlane ? <Badge>{t("controlPlaneShort")}</Badge> : null}
					{cell.total > 0 && run.state !== "skipped" ? (
						<span className="ml-auto font-mono text-muted-foreground text-xs">
							{cell.done}/{cell.total}
						</span>
					) : null}
				</span>
				<span className="flex flex-wrap items-center gap-x-2">
					<RunStatusLabel run={run} nowMs={nowMs} className="whitespace-normal" />
					<RevertCountdown run={run} nowMs={nowMs} />
				</span>
				{moves && cell.stepId !== null && cell.done > 0 ? (
					<span className="text-muted-foreground text-xs">{stepName(cell.stepId)}</span>
				) : null}
				{reason ? <Msg m={reason} namespace="event" className="break-words text-muted-foreground text-xs" /> : null}
			</button>
		</li>
	);
});
