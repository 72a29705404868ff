"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import type { RunDetail } from "@/lib/contracts/run-detail.ts";
import { keys } from "@/lib/query-keys.ts";
import { compareFacts, compareFiles, compareSteps } from "@/lib/run-comparison.ts";
import { FactsComparison } from "./facts-comparison.tsx";
import { FilesComparison } from "./files-comparison.tsx";
import { RunsBeside } from "./runs-beside.tsx";
import { StepsComparison } from "./steps-comparison.tsx";

/** Two runs side by side: what each was, how long its steps took, and in what their nodes and files differ. */
export function ComparisonPage({ one, other }: { one: string; other: string }) {
	const t = useTranslations("history");
	const first = useRun(one);
	const second = useRun(other);
	const head = <PageHeader crumbs={[{ label: t("title"), href: "/history" }, { label: t("compare") }]} title={t("compareTitle")} />;
	if (one === "" || other === "") {
		return (
			<>
				{head}
				<EmptyState title={t("compareNone")}>{t("compareNoneText")}</EmptyState>
			</>
		);
	}
	if (!first.data || !second.data) {
		return (
			<>
				{head}
				<ProblemAlert error={first.error ?? second.error} onRetry={() => void Promise.all([first.refetch(), second.refetch()])} />
				{first.error || second.error ? null : (
					<div aria-busy="true">
						<SkeletonLines lines={10} />
					</div>
				)}
			</>
		);
	}
	return (
		<>
			{head}
			<Comparison one={first.data} other={second.data} />
		</>
	);
}

function useRun(id: string) {
	return useQuery({ queryKey: keys.runs.detail(id), queryFn: ({ signal }) => api.run(id, signal), enabled: id !== "" });
}

function Comparison({ one, other }: { one: RunDetail; other: RunDetail }) {
	const t = useTranslations("history");
	const steps = useMemo(() => compareSteps(one.run, other.run), [one, other]);
	const facts = useMemo(() => compareFacts(one.facts, other.facts), [one, other]);
	const files = useMemo(() => compareFiles(one.plan?.files ?? [], other.plan?.files ?? []), [one, other]);
	const factsKnown = one.facts !== null && other.facts !== null;
	return (
		<>
			<RunsBeside one={one} other={other} />
			<Card title={t("compareSteps")} flush>
				<StepsComparison pairs={steps} />
			</Card>
			<Card title={t("compareFacts", { count: facts.length })} description={t("compareFactsText")} flush>
				{factsKnown ? <FactsComparison differences={facts} /> : <p className="p-4 text-muted-foreground text-sm">{t("noFacts")}</p>}
			</Card>
			<Card title={t("compareFiles", { count: files.filter((file) => !file.same).length, of: files.length })}>
				<FilesComparison pairs={files} />
			</Card>
		</>
	);
}
