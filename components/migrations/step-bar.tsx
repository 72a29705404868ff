"use client";

import { Check } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cn } from "@/lib/class-names.ts";
import type { DraftStep } from "@/lib/contracts/draft.ts";

const STEPS = ["nodes", "policy", "preflight", "review", "start"] as const;
export type PlanStep = (typeof STEPS)[number];

interface StepBarProps {
	current: PlanStep;
	/** Those that are complete: what they hold may be looked at and changed. */
	done: readonly PlanStep[];
	/** Goes there on this page. */
	onSelect?: (step: DraftStep) => void;
	/** Or leads to another page; null where there is nothing to go to. */
	hrefOf?: (step: PlanStep) => string | null;
}

/** Nodes, policy, preflight, review, start: where one is, what is behind and what is to come. */
export function StepBar({ current, done, onSelect, hrefOf }: StepBarProps) {
	const t = useTranslations("migration");
	return (
		<nav aria-label={t("steps")} className="rounded-lg border bg-card">
			<ol className="flex flex-wrap">
				{STEPS.map((step, index) => {
					const isDone = done.includes(step);
					const here = step === current;
					const label = (
						<>
							<span
								aria-hidden="true"
								className={cn(
									"inline-flex size-5 items-center justify-center rounded-full border text-xs [&_svg]:size-3.5",
									here && "border-primary bg-primary text-primary-foreground",
									!here && isDone && "border-success text-success",
								)}
							>
								{isDone && !here ? <Check /> : index + 1}
							</span>
							{t(`planStep.${step}`)}
							{isDone && !here ? <span className="sr-only">{t("stepDone")}</span> : null}
						</>
					);
					return (
						<li key={step} className="flex items-center">
							{index > 0 ? <span aria-hidden="true" className="hidden h-px w-8 bg-border sm:block" /> : null}
							<Way step={step} here={here} href={hrefOf?.(step) ?? null} onSelect={isDone ? onSelect : undefined}>
								{label}
							</Way>
						</li>
					);
				})}
			</ol>
		</nav>
	);
}

const LOOK = "flex items-center gap-1.5 whitespace-nowrap rounded px-2.5 py-2 text-sm";

interface WayProps {
	step: PlanStep;
	here: boolean;
	href: string | null;
	onSelect: ((step: DraftStep) => void) | undefined;
	children: ReactNode;
}

function Way({ step, here, href, onSelect, children }: WayProps) {
	if (here)
		return (
			<span aria-current="step" className={cn(LOOK, "font-semibold")}>
				{children}
			</span>
		);
	if (href)
		return (
			<Link href={href} className={cn(LOOK, "hover:bg-accent")}>
				{children}
			</Link>
		);
	if (onSelect && step !== "review" && step !== "start")
		return (
			<button type="button" onClick={() => onSelect(step)} className={cn(LOOK, "hover:bg-accent")}>
				{children}
			</button>
		);
	return <span className={cn(LOOK, "text-muted-foreground")}>{children}</span>;
}
