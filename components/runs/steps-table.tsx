"use client";

import { useTranslations } from "next-intl";
import { Fragment } from "react";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import { cn } from "@/lib/class-names.ts";
import type { RunStepView, RunView } from "@/lib/contracts/run.ts";
import { STEP_KIND } from "@/lib/run-status.ts";
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
							<StepRow key={step.id} step={step} nowMs={now} onLine={onLine} chosen={step.id === chosen} />
						))}
					</Fragment>
				))}
			</TBody>
		</Table>
	);
}

function StepRow({ step, nowMs, onLine, chosen }: { step: RunStepView; nowMs: number; onLine: (line: number) => void; chosen: boolean }) {
	const t = useTranslations("run");
	const stepName = useStepName();
	const line = step.logLine;
	return (
		<Tr className={cn(chosen && "bg-info-soft")} aria-current={chosen ? "true" : undefined}>
			<Td>
				{stepName(step.id)}
				<span className="ml-2 font-mono text-muted-foreground text-xs">{step.id}</span>
			</Td>
			<Td className="text-muted-foreground">{t(step.where === "node" ? "whereNode" : "whereConsole")}</Td>
			<Td>
				<StatusGlyph kind={STEP_KIND[step.state]} label={t(`stepState.${STEP_KIND[step.state]}`)} />
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
