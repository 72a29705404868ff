"use client";

import { useQuery } from "@tanstack/react-query";
import { FileJson, FileSpreadsheet, Printer } from "lucide-react";
import { useTranslations } from "next-intl";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { ExactTime } from "@/components/ui/exact-time.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { keys } from "@/lib/query-keys.ts";
import { ExportRecord } from "../export-record.tsx";
import { isOver, MigrationStateBadge } from "../migration-state.tsx";
import { PolicySummary } from "../policy-summary.tsx";
import { ReportNodes } from "./report-nodes.tsx";
import { ReportPeople } from "./report-people.tsx";
import { ReportScripts } from "./report-scripts.tsx";
import { ReportSection } from "./report-section.tsx";
import { ReportSummary } from "./report-summary.tsx";

/** A migration's record for a change ticket, to be printed: what, who, why, what was decided, and what became of each node. */
export function ReportPage({ migrationId }: { migrationId: string }) {
	const t = useTranslations("report");
	const detail = useQuery({ queryKey: keys.migrations.detail(migrationId), queryFn: ({ signal }) => api.migration(migrationId, signal) });
	if (detail.data) return <Report detail={detail.data} />;
	return (
		<>
			<PageHeader title={t("title")} crumbs={[{ label: t("migrations"), href: "/migrations" }]} />
			{detail.error ? (
				<ProblemAlert error={detail.error} onRetry={() => void detail.refetch()} />
			) : (
				<div aria-busy="true">
					<SkeletonLines lines={12} />
				</div>
			)}
		</>
	);
}

function Report({ detail }: { detail: MigrationDetail }) {
	const t = useTranslations("report");
	const now = useServerNow();
	const { migration } = detail;
	return (
		<article className="flex max-w-5xl flex-col gap-5 print:max-w-none">
			<PageHeader
				crumbs={[
					{ label: t("migrations"), href: "/migrations" },
					{ label: migration.ticket || migration.id, href: `/migrations/${migration.id}` },
					{ label: t("title") },
				]}
				title={t("titleOf", { what: migration.ticket || migration.id })}
				status={<MigrationStateBadge state={migration.state} />}
				actions={
					<span className="flex flex-wrap gap-2 print:hidden">
						<a href={api.runsExport({ migrationId: migration.id }, "csv")} download className={buttonClass({})}>
							<FileSpreadsheet aria-hidden="true" />
							{t("csv")}
						</a>
						<ExportRecord detail={detail} icon={FileJson} />
						<Button variant="primary" onClick={() => window.print()}>
							<Printer aria-hidden="true" />
							{t("print")}
						</Button>
					</span>
				}
			/>
			{isOver(migration.state) ? null : (
				<p role="status" className="rounded-md border border-warning/50 bg-warning-soft px-3 py-1.5 text-sm">
					{t("notOver")}
				</p>
			)}
			<ReportSection title={t("summary")}>
				<ReportSummary detail={detail} />
			</ReportSection>
			<ReportPeople detail={detail} />
			<ReportSection title={t("nodes")}>
				<ReportNodes runs={detail.runs} />
			</ReportSection>
			<ReportSection title={t("scripts")} description={t("scriptsText")}>
				<ReportScripts runs={detail.runs} />
			</ReportSection>
			<ReportSection title={t("policy")}>
				<PolicySummary migration={migration} />
			</ReportSection>
			<p className="text-muted-foreground text-xs">
				{t("made")} {now === 0 ? "…" : <ExactTime at={new Date(now).toISOString()} />} · {migration.id}
			</p>
		</article>
	);
}
