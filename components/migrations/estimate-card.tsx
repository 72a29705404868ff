"use client";

import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import type { MigrationView, RunView } from "@/lib/contracts/run.ts";
import { estimate, RULE_OF_THUMB } from "@/lib/estimate.ts";
import { formatDuration } from "@/lib/format.ts";
import { usePastDurations } from "./use-past-durations.ts";

/** How long it takes, as a range, and what that rests on: nodes that went before, or a rule of thumb that is called one. */
export function EstimateCard({ migration, runs }: { migration: MigrationView; runs: readonly RunView[] }) {
	const t = useTranslations("migration");
	const past = usePastDurations(migration.id);
	const measured = past.data?.measured ?? null;
	const times = measured ?? RULE_OF_THUMB;
	const { policy, direction } = migration;
	const asRuns = runs.map(({ nodeId, state, position, controlPlane }) => ({ nodeId, state, position, controlPlane, endedMs: null }));
	const guess = estimate({ runs: asRuns, policy, direction, times });
	if (guess === null) return null;
	const range = ({ minMs, maxMs }: { minMs: number; maxMs: number }) =>
		t("estimateRange", { from: formatDuration(minMs), to: formatDuration(maxMs) });
	return (
		<Card title={t("estimate")} description={t("estimateText")}>
			{past.error ? (
				<ProblemAlert error={past.error} onRetry={() => void past.refetch()} />
			) : past.data ? (
				<div className="flex flex-col gap-1 text-sm" data-estimate={measured ? "measured" : "rule-of-thumb"}>
					<p className="font-semibold text-base">{range(guess)}</p>
					<p>
						{policy.prepareOnly
							? t("estimatePrepareOnly", { rounds: guess.rounds })
							: t("estimateRounds", { rounds: guess.rounds, out: range(times.out), prepare: range(times.prepare) })}
						{guess.restMs > 0 ? ` ${t("estimateRests", { time: formatDuration(guess.restMs) })}` : ""}
						{guess.questions > 0 ? ` ${t("estimateQuestions", { count: guess.questions })}` : ""}
						{policy.rollout.window ? ` ${t("estimateWindow")}` : ""}
					</p>
					<p className="text-muted-foreground">
						{measured ? t("estimateMeasured", { count: measured.runs, own: measured.ownCluster ? "yes" : "no" }) : t("estimateRuleOfThumb")}
					</p>
				</div>
			) : (
				<SkeletonLines lines={2} />
			)}
		</Card>
	);
}
