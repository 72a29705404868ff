"use client";

import { useQuery } from "@tanstack/react-query";
import { CalendarClock, Pencil, Play, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { useTabTitle } from "@/components/shell/watch/tab-title.tsx";
import { useWatch } from "@/components/shell/watch/watcher.tsx";
import { SaveTemplate } from "@/components/templates/save-template.tsx";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { api } from "@/lib/api-client.ts";
import { approvalDigest, approvalState } from "@/lib/approval.ts";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import type { Override } from "@/lib/contracts/plan.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { keys } from "@/lib/query-keys.ts";
import { type FindingGroup, groupFindings } from "@/lib/review.ts";
import { type Overrides, overrideKey, plannedOverrides, sameOverrides, withOverrides } from "@/lib/review-overrides.ts";
import { countRuns, crowdedOut, mostOut } from "@/lib/run-counts.ts";
import { latestRuns } from "@/lib/run-grid.ts";
import { migrationTitle } from "@/lib/tab-title.ts";
import { AbsentCanaries } from "./absent-canaries.tsx";
import { ApprovalCard } from "./approval-card.tsx";
import { CrowdedOut } from "./crowded-out.tsx";
import { Decisions } from "./decisions.tsx";
import { draftHref } from "./draft-address.ts";
import { EstimateCard } from "./estimate-card.tsx";
import { MigrationStateBadge } from "./migration-state.tsx";
import { PolicySummary } from "./policy-summary.tsx";
import { ReviewFindings } from "./review-findings.tsx";
import { ReviewNode } from "./review-node.tsx";
import { ReviewOverrides } from "./review-overrides.tsx";
import { RollbackNotice } from "./rollback-notice.tsx";
import { ScheduleDialog } from "./schedule-dialog.tsx";
import { ScheduleNotice } from "./schedule-notice.tsx";
import { StartDialog } from "./start-dialog.tsx";
import { StepBar } from "./step-bar.tsx";
import { useDraftOfPlan } from "./use-draft-of-plan.ts";
import { useMigrationActions } from "./use-migration-actions.ts";
import { WaveLine } from "./wave-line.tsx";
import { WorkloadsCard } from "./workloads-card.tsx";

/** What will happen, on every node, before anything happens. What is started is byte for byte what is shown here. */
export function Review({ detail }: { detail: MigrationDetail }) {
	const t = useTranslations("migration");
	const router = useRouter();
	const { migration } = detail;
	/** Which plan it was when the dialog was opened: nothing else is started. */
	const [starting, setStarting] = useState<string | null>(null);
	const [scheduling, setScheduling] = useState<string | null>(null);
	const scheduled = migration.state === "scheduled";
	useWatch(migration);
	useTabTitle(migrationTitle(migration, countRuns(detail.runs), t(`state.${migration.state}`)));
	const [discarding, setDiscarding] = useState(false);
	const actions = useMigrationActions(migration.id);
	const cluster = useQuery({
		queryKey: keys.clusters.detail(migration.clusterId),
		queryFn: ({ signal }) => api.cluster(migration.clusterId, signal),
	});
	const runs = useMemo(() => latestRuns(detail.runs).map(({ run }) => run), [detail.runs]);
	const planned = runs.filter((run) => run.state === "queued");
	const { subject, valid } = useMemo(() => approvalState(detail), [detail]);
	const digest = useMemo(() => approvalDigest(subject), [subject]);
	const unapproved = migration.policy.approval.needed && !valid;
	const crowd = crowdedOut(detail);
	const excluded = runs.filter((run) => run.state !== "queued");
	const found = useQuery({
		queryKey: keys.migrations.findings(migration.id),
		queryFn: ({ signal }) => api.migrationFindings(migration.id, signal),
	});
	const asPlanned = plannedOverrides(runs);
	const [changed, setChanged] = useState<Overrides | null>(null);
	const overrides = changed ?? asPlanned;
	const nodeIdOf = new Map(runs.map((run) => [run.nodeName, run.nodeId]));
	const ofGroup = ({ nodes, code }: FindingGroup) => nodes.map((name) => ({ nodeId: nodeIdOf.get(name) ?? "", code }));
	const override = (these: readonly Override[], on: boolean) => setChanged(withOverrides(overrides, these, on));
	const forNode = (run: RunView) => ({
		overridden: (code: string) => overrides.has(overrideKey({ nodeId: run.nodeId, code })),
		onOverride: (code: string, on: boolean) => override([{ nodeId: run.nodeId, code }], on),
	});
	const groups = useMemo(() => (found.data ? groupFindings(found.data) : null), [found.data]);
	const findingsOf = useMemo(() => new Map((found.data ?? []).map(({ runId, findings }) => [runId, findings])), [found.data]);
	const nodeIds = runs.map((run) => run.nodeId);
	const { draft, change } = useDraftOfPlan(migration, nodeIds);
	const toStart = {
		migration,
		planned,
		hasApi: cluster.data?.hasApi ?? true,
		// What was scheduled has the word on record, and would go by it.
		consented: scheduled ? migration.withoutApi : (draft?.withoutApi ?? false),
		digest,
	};

	return (
		<>
			<PageHeader
				crumbs={[{ label: t("title"), href: "/migrations" }, { label: migration.ticket || migration.id }]}
				title={t(migration.direction === "migrate" ? "reviewMigrate" : "reviewRollback", {
					cluster: migration.clusterName,
					planned: planned.length,
					total: runs.length,
				})}
				status={<MigrationStateBadge state={migration.state} />}
				description={t("reviewText")}
				actions={
					<>
						<Button onClick={() => setDiscarding(true)}>
							<Trash2 aria-hidden="true" />
							{t("discard")}
						</Button>
						<SaveTemplate migration={migration} />
						<Button busy={change.isPending} onClick={() => change.mutate()}>
							<Pencil aria-hidden="true" />
							{t("changePlan")}
						</Button>
						{scheduled ? null : (
							<Button disabled={planned.length === 0 || !sameOverrides(overrides, asPlanned)} onClick={() => setScheduling(digest)}>
								<CalendarClock aria-hidden="true" />
								{t("schedule")}
							</Button>
						)}
						<Button
							variant="primary"
							disabled={planned.length === 0 || !sameOverrides(overrides, asPlanned) || unapproved}
							title={unapproved ? t("approvalMissing") : undefined}
							onClick={() => setStarting(digest)}
						>
							<Play aria-hidden="true" />
							{t(scheduled ? "startNow" : migration.direction === "migrate" ? "start" : "startRollback", { count: planned.length })}
						</Button>
					</>
				}
			/>
			<StepBar
				current="review"
				done={["nodes", "policy", "preflight"]}
				hrefOf={(step) => (draft && step !== "review" && step !== "start" ? draftHref(draft.id, step) : null)}
			/>
			<ProblemAlert error={change.error} />
			<p className="text-muted-foreground text-sm">
				{t("by", { name: migration.createdBy })} · <RelativeTime at={migration.createdAt} />
			</p>
			<ScheduleNotice detail={detail} />
			<ProblemAlert error={found.error} />
			{planned.length === 0 ? (
				<p role="status" className="rounded-md border border-warning/50 bg-warning-soft px-3 py-2 text-sm">
					{t("nothingPlanned")}
				</p>
			) : null}
			{crowd.length === 0 ? null : (
				<p role="status" className="rounded-md border border-warning/50 bg-warning-soft px-3 py-2 text-sm">
					<CrowdedOut nodes={crowd} most={mostOut(migration.policy, runs)} />
				</p>
			)}
			<AbsentCanaries migration={migration} runs={runs} />
			<WaveLine detail={detail} className="rounded-lg border bg-card" />
			<ApprovalCard detail={detail} />
			{migration.direction === "rollback" && planned.length > 0 ? <RollbackNotice planned={planned} /> : null}
			<div className="grid items-start gap-4 xl:grid-cols-2">
				<div className="flex min-w-0 flex-col gap-4">
					<ReviewFindings
						groups={groups}
						overridden={(group) => ofGroup(group).filter((one) => overrides.has(overrideKey(one))).length}
						onOverride={(group, on) => override(ofGroup(group), on)}
					/>
					{planned.length === 0 ? null : (
						<>
							<EstimateCard migration={migration} runs={runs} />
							<WorkloadsCard migrationId={migration.id} />
						</>
					)}
				</div>
				<Card title={t("policy")}>
					<PolicySummary migration={migration} />
				</Card>
			</div>
			{sameOverrides(overrides, asPlanned) ? null : <ReviewOverrides migration={migration} runs={runs} overrides={overrides} />}
			{excluded.length === 0 ? null : (
				<Card title={t("excluded", { count: excluded.length })} description={t("excludedText")} flush>
					{excluded.map((run) => (
						<ReviewNode key={run.id} run={run} open={excluded.length <= 3} findings={findingsOf.get(run.id) ?? []} {...forNode(run)} />
					))}
				</Card>
			)}
			{planned.length === 0 ? null : (
				<Card title={t("plannedNodes", { count: planned.length })} description={t("plannedText")} flush>
					{planned.map((run) => (
						<ReviewNode key={run.id} run={run} open={planned.length === 1} findings={findingsOf.get(run.id) ?? []} {...forNode(run)} />
					))}
				</Card>
			)}
			<Decisions detail={detail} />
			<StartDialog {...toStart} seen={starting} onClose={() => setStarting(null)} />
			<ScheduleDialog {...toStart} seen={scheduling} onClose={() => setScheduling(null)} />
			<AlertDialog
				open={discarding}
				onOpenChange={setDiscarding}
				title={t("discardTitle")}
				description={t("discardText")}
				confirmLabel={t("discard")}
				busy={actions.isPending}
				onConfirm={() => actions.mutate({ action: "discard", onDone: () => router.push("/migrations") })}
			>
				<ProblemAlert error={actions.error} />
			</AlertDialog>
		</>
	);
}
