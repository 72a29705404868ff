"use client";

import { useTranslations } from "next-intl";
import type { PlannedStep } from "@/lib/contracts/plan.ts";
import { formatDuration } from "@/lib/format.ts";
import { PHASES } from "@/lib/run-grid.ts";
import { useStepName } from "./step-name.ts";

/** What a plan will do, in order, with the limit of each step. */
export function PlannedSteps({ steps }: { steps: readonly PlannedStep[] }) {
	const t = useTranslations("run");
	const stepName = useStepName();
	return (
		<div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
			{PHASES.map((phase) => {
				const own = steps.filter((step) => step.phase === phase);
				if (own.length === 0) return null;
				return (
					<section key={phase} aria-label={t(`phase.${phase}`)} className="rounded-md border p-2.5">
						<h3 className="mb-1 font-medium text-sm">{t(`phase.${phase}`)}</h3>
						<p className="mb-1.5 text-muted-foreground text-xs">{t(`phaseEffect.${phase}`)}</p>
						<ol className="flex flex-col gap-0.5 text-sm">
							{own.map((step) => (
								<li key={step.id} className="flex justify-between gap-3">
									<span>
										{stepName(step.id)}
										{step.where === "console" ? <span className="ml-1.5 text-muted-foreground text-xs">{t("whereConsole")}</span> : null}
									</span>
									<span className="whitespace-nowrap text-muted-foreground text-xs">
										{t("atMost", { time: formatDuration(step.limitS * 1_000) })}
									</span>
								</li>
							))}
						</ol>
					</section>
				);
			})}
		</div>
	);
}
