"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { useQueryFilter } from "@/components/history/query-filter.ts";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { ExactTime } from "@/components/ui/exact-time.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { Select } from "@/components/ui/select.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";
import { type TrendStep, trendSteps } from "@/lib/runtime-trend.ts";
import { CHART_RUNTIMES, RuntimeSwatch } from "./runtime-pattern.tsx";

// The chart library is most of the page's code, and nobody waits for it.
const TrendChart = dynamic(() => import("./trend-chart.tsx").then((file) => file.TrendChart), {
	ssr: false,
	loading: () => <Skeleton className="h-[220px]" />,
});

const SPANS = [7, 30, 90, 365];
const DEFAULT_DAYS = 30;
/** Rows of the table: the newest. */
const MOST_ROWS = 50;

/** How the fleet went over in the course of time: a chart, and the same as a table. */
export function TrendCard({ clusterId }: { clusterId: string | undefined }) {
	const t = useTranslations("overview");
	const filter = useQueryFilter();
	const asked = Number(filter.get("trend"));
	const days = SPANS.includes(asked) ? asked : DEFAULT_DAYS;
	const trend = useQuery({
		queryKey: keys.trend(clusterId, days),
		queryFn: ({ signal }) => api.trend({ clusterId, days }, signal),
		placeholderData: keepPreviousData,
	});
	const steps = trend.data ? trendSteps(trend.data) : [];
	return (
		<Card
			title={t("trend")}
			description={t("trendText")}
			actions={
				<Select
					aria-label={t("trendSpan")}
					options={SPANS.map((span) => ({ value: String(span), label: t("trendDays", { days: span }) }))}
					value={String(days)}
					onValueChange={(value) => filter.set({ trend: value === String(DEFAULT_DAYS) ? null : value })}
				/>
			}
		>
			<ProblemAlert error={trend.error} onRetry={() => void trend.refetch()} />
			{trend.isPending ? (
				<div aria-busy="true">
					<Skeleton className="h-[220px]" />
				</div>
			) : trend.data && steps.length === 0 ? (
				<EmptyState title={t("trendNone")}>{t("trendNoneText")}</EmptyState>
			) : trend.data ? (
				<TrendFigure steps={steps} />
			) : null}
		</Card>
	);
}

function TrendFigure({ steps }: { steps: readonly TrendStep[] }) {
	const t = useTranslations("overview");
	// React's own ids hold signs that `url(#…)` does not take.
	const id = `trend-${useId().replace(/\W/g, "")}`;
	const first = steps[0];
	const last = steps.at(-1);
	if (!first || !last) return null;
	const shown = CHART_RUNTIMES.filter((runtime) => steps.some((step) => step[runtime] > 0));
	const changes = steps.filter((step, index) => {
		const before = steps[index - 1];
		return before === undefined || CHART_RUNTIMES.some((runtime) => before[runtime] !== step[runtime]);
	});
	return (
		<figure>
			<div
				role="img"
				aria-label={t("trendSummary", {
					dockerBefore: first.docker,
					docker: last.docker,
					containerdBefore: first.containerd,
					containerd: last.containerd,
				})}
				data-trend-steps={steps.length}
			>
				<TrendChart steps={steps} id={id} />
			</div>
			<figcaption className="mt-1 flex flex-wrap gap-x-4 gap-y-1 text-xs">
				{shown.map((runtime) => (
					<span key={runtime} className="inline-flex items-center gap-1.5">
						<RuntimeSwatch runtime={runtime} id={`${id}-legend-${runtime}`} />
						{t(`runtime.${runtime}`, { count: last[runtime] })}
					</span>
				))}
			</figcaption>
			{changes.length < 2 ? <p className="mt-1 text-muted-foreground text-xs">{t("trendFlat")}</p> : null}
			<details className="mt-2 text-sm">
				<summary className="w-fit cursor-pointer rounded text-info">{t("trendTable")}</summary>
				<div className="mt-1 max-h-72 overflow-y-auto">
					<Table aria-label={t("trend")}>
						<THead>
							<Tr>
								<Th>{t("since")}</Th>
								{CHART_RUNTIMES.map((runtime) => (
									<Th key={runtime} className="text-right">
										{t(`runtimeName.${runtime}`)}
									</Th>
								))}
							</Tr>
						</THead>
						<TBody>
							{changes
								.slice(-MOST_ROWS)
								.reverse()
								.map((step) => (
									<Tr key={step.atMs}>
										<Td className="whitespace-nowrap">
											<ExactTime at={new Date(step.atMs).toISOString()} />
										</Td>
										{CHART_RUNTIMES.map((runtime) => (
											<Td key={runtime} className="text-right">
												{step[runtime]}
											</Td>
										))}
									</Tr>
								))}
						</TBody>
					</Table>
				</div>
			</details>
		</figure>
	);
}
