"use client";

import { useTranslations } from "next-intl";
import { useStepName } from "@/components/runs/step-name.ts";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import { cn } from "@/lib/class-names.ts";
import type { RunStepView } from "@/lib/contracts/run.ts";
import { formatDuration } from "@/lib/format.ts";
import type { StepPair } from "@/lib/run-comparison.ts";
import { STEP_KIND } from "@/lib/run-status.ts";

/** Less is noise of the machine, milliseconds. */
const NOTABLE_MS = 1_000;

/** Every step with how it ended and how long it took in each, and by how much the second took longer. */
export function StepsComparison({ pairs }: { pairs: readonly StepPair[] }) {
	const t = useTranslations("history");
	const run = useTranslations("run");
	const stepName = useStepName();
	const sum = (of: "one" | "other") => pairs.reduce((total, pair) => total + (pair[of]?.durationMs ?? 0), 0);
	const totals = { one: sum("one"), other: sum("other") };
	return (
		<Table aria-label={t("compareSteps")}>
			<THead>
				<Tr>
					<Th>{run("step")}</Th>
					<Th>A</Th>
					<Th>B</Th>
					<Th className="text-right">{t("difference")}</Th>
				</Tr>
			</THead>
			<TBody>
				{pairs.map((pair) => (
					<Tr key={pair.id}>
						<Td>{stepName(pair.id)}</Td>
						<Td>
							<Step step={pair.one} />
						</Td>
						<Td>
							<Step step={pair.other} />
						</Td>
						<Td className="text-right">
							<Delta ms={pair.differenceMs} />
						</Td>
					</Tr>
				))}
				<Tr className="bg-muted/60 font-medium">
					<Td>{t("allSteps")}</Td>
					<Td className="font-mono">{formatDuration(totals.one)}</Td>
					<Td className="font-mono">{formatDuration(totals.other)}</Td>
					<Td className="text-right">
						<Delta ms={totals.other - totals.one} />
					</Td>
				</Tr>
			</TBody>
		</Table>
	);
}

function Step({ step }: { step: RunStepView | null }) {
	const run = useTranslations("run");
	const t = useTranslations("history");
	if (step === null) return <span className="text-muted-foreground">{t("noSuchStep")}</span>;
	const kind = STEP_KIND[step.state];
	return (
		<span className="inline-flex items-center gap-2 whitespace-nowrap">
			<StatusGlyph kind={kind} label={run(`stepState.${kind}`)} iconOnly className="[&_svg]:animate-none" />
			<span className="font-mono text-xs">{step.durationMs === null ? "–" : formatDuration(step.durationMs)}</span>
		</span>
	);
}

function Delta({ ms }: { ms: number | null }) {
	if (ms === null) return <span className="text-muted-foreground">–</span>;
	const notable = Math.abs(ms) >= NOTABLE_MS;
	return (
		<span className={cn("whitespace-nowrap font-mono text-xs", notable ? "font-semibold" : "text-muted-foreground")}>
			{ms < 0 ? "−" : "+"}
			{formatDuration(Math.abs(ms))}
		</span>
	);
}
