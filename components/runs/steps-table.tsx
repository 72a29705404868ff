"use client";

import { useTranslations } from "next-intl";
import { Fragment } from "react";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import { cn } from "@/lib/class-names.ts";
import type { RunStepView, RunView } from "@/lib/contracts/run.ts";
import { shownState } from "@/lib/run-grid.ts";
import { isBlocked, STEP_KIND } from "@/lib/run-status.ts";
import { Duration } from "./duration.tsx";
import { useServerNow } from "./server-clock.ts";
import { useStepName } from "./step-name.ts";

interface StepsTableProps {
	run: RunView;
	/** Leads to the line of the log where the step begins. */
	onLine: (line: number) => void;
	/** The step that the address names. */
	chosen?: string | null;
}

const PHASES = ["prepare", "drain", "cutover", "verify", "finish", "revert"] as const;

/** Every step of a run by phase, with its state and duration. */
export function StepsTable({ run, onLine, chosen = null }: StepsTableProps) {
	const t = useTranslations("run");
	const now = useServerNow();
	const blocked = isBlocked(run);
	const phases = PHASES.map((phase) => ({ phase, steps: run.steps.filter((step) => step.phase === phase) })).filter(
		({ steps }) => steps.length > 0,
	);
	if (phases.length === 0) return <p className="text-muted-foreground text-sm">{t("noSteps")}</p>;
	return (
		<Table aria-label={t("steps")}>
			<THead>
				<Tr>
					<Th>{t("step")}</Th>
					<Th>{t("where")}</Th>
					<Th>{t("state")}</Th>
					<Th className="text-right">{t("took")}</Th>
					<Th>{t("logLine")}</Th>
				</Tr>
			</THead>
			<TBody>
				{phases.map(({ phase, steps }) => (
					<Fragment key={phase}>
						<Tr className="bg-muted/60">
							<th scope="colgroup" colSpan={5} className="px-3 py-1 text-left font-medium text-xs">
								{t(`phase.${phase}`)}
							</th>
						</Tr>
						{steps.map((step) => (
							<StepRow key={step.id} step={step} blocked={blocked} nowMs={now} onLine={onLine} chosen={step.id === chosen} />
						))}
					</Fragment>
				))}
			</TBody>
		</Table>
	);
}

interface StepRowProps extends Pick<StepsTableProps, "onLine"> {
	step: RunStepView;
	blocked: boolean;
	nowMs: number;
	chosen: boolean;
}

function StepRow({ step, blocked, nowMs, onLine, chosen }: StepRowProps) {
	const t = useTranslations("run");
	const stepName = useStepName();
	const line = step.logLine;
	const kind = STEP_KIND[shownState(step.state, { unknown: false, blocked })];
	return (
		<Tr className={cn(chosen && "bg-info-soft")} aria-current={chosen ? "true" : undefined}>
			<Td>
				{stepName(step.id)}
				<span className="ml-2 font-mono text-muted-foreground text-xs">{step.id}</span>
			</Td>
			<Td className="text-muted-foreground">{t(step.where === "node" ? "whereNode" : "whereConsole")}</Td>
			<Td>
				<StatusGlyph kind={kind} label={t(`stepState.${kind}`)} />
			</Td>
			<Td className="whitespace-nowrap text-right font-mono text-xs">
				<Duration durationMs={step.durationMs} startedAt={step.startedAt} running={step.state === "running"} nowMs={nowMs} />
			</Td>
			<Td>
				{line === null ? null : (
					<button type="button" className="font-mono text-info text-xs hover:underline" onClick={() => onLine(line)}>
						{t("line", { line })}
					</button>
				)}
			</Td>
		</Tr>
	);
}
