"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, ArrowRight, RotateCw } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import { checkCounts, checkedState } from "@/lib/check-progress.ts";
import type { DraftView, MigrationDraft } from "@/lib/contracts/draft.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { isPlanOf } from "@/lib/migration-draft.ts";
import { keys } from "@/lib/query-keys.ts";
import { groupFindings } from "@/lib/review.ts";
import { latestRuns } from "@/lib/run-grid.ts";
import { CheckProgress } from "./check-progress.tsx";
import { type CheckedNode, CheckedNodes } from "./checked-nodes.tsx";
import { FindingGroups } from "./finding-groups.tsx";
import { StepFoot } from "./step-foot.tsx";
import { useMigrationActions } from "./use-migration-actions.ts";

interface PreflightStepProps {
	draft: MigrationDraft;
	view: DraftView | null;
	/** The chosen nodes that are there, as they are shown. */
	chosen: readonly NodeView[];
	/** There is something to plan. */
	ready: boolean;
	planning: { busy: boolean; error: unknown };
	onPlan: () => void;
	onBack: () => void;
	/** These are no part of the plan any more. */
	onLeftOut: (nodeIds: string[]) => void;
}

/** What preflight says of each node, while it reads them and afterwards: node by node, and each finding once. */
export function PreflightStep({ draft, view, chosen, ready, planning, onPlan, onBack, onLeftOut }: PreflightStepProps) {
	const t = useTranslations("migration");
	const migrationId = view?.migrationState === "draft" ? view.migrationId : null;
	const id = migrationId ?? "";
	const found = useQuery({
		queryKey: keys.migrations.findings(id),
		queryFn: ({ signal }) => api.migrationFindings(id, signal),
		enabled: migrationId !== null,
	});
	const detail = useQuery({
		queryKey: keys.migrations.detail(id),
		queryFn: ({ signal }) => api.migration(id, signal),
		enabled: migrationId !== null,
	});
	const again = useMigrationActions(id);
	const out = useMigrationActions(id);
	const loading = migrationId !== null && (found.isPending || detail.isPending);
	const checking = view?.checking ?? null;
	const busy = planning.busy || again.isPending || checking !== null;
	const planned = found.data && migrationId !== null ? found.data : null;
	const fits =
		planned !== null &&
		detail.data !== undefined &&
		isPlanOf(
			draft,
			detail.data.migration,
			latestRuns(detail.data.runs).map(({ run }) => run),
		);
	const known = new Map((planned ?? []).map((node) => [node.nodeId, node]));
	const nodes = (planning.busy || planned === null ? chosen.map(({ id: nodeId, name }) => ({ nodeId, name })) : planned).map(
		({ nodeId, name }): CheckedNode => {
			const result = known.get(nodeId);
			const state = checking?.[nodeId] ?? (planning.busy ? "waiting" : result ? checkedState(result) : "waiting");
			return { nodeId, name, state, result: state === "blocked" || state === "failed" ? (result?.result ?? null) : null };
		},
	);
	const counts = checkCounts(nodes.map(({ state }) => state));
	const kept = nodes.filter(({ state }) => state === "blocked" || state === "failed");
	const groups = groupFindings((planned ?? []).map(({ name, findings }) => ({ name, findings })));
	const checkAgain = (nodeIds?: string[]) =>
		again.mutate({ action: "check-again", draftId: view?.id, withoutApi: draft.withoutApi, ...(nodeIds ? { nodeIds } : {}) });
	const leaveOut = (nodeIds: string[]) => out.mutate({ action: "leave-out", nodeIds, onDone: () => onLeftOut(nodeIds) });
	const isOver = planned !== null && !loading && !busy;
	return (
		<>
			<ProblemAlert error={planning.error} />
			<ProblemAlert error={again.error ?? out.error} />
			<ProblemAlert error={found.error} onRetry={() => void found.refetch()} />
			<Card
				title={t("planStep.preflight")}
				description={t("preflightText")}
				actions={
					planned === null || !fits ? null : (
						<>
							{kept.length > 0 && kept.length < nodes.length ? (
								<Button size="sm" disabled={busy} busy={out.isPending} onClick={() => leaveOut(kept.map(({ nodeId }) => nodeId))}>
									{t("leaveOutAll", { count: kept.length })}
								</Button>
							) : null}
							<Button size="sm" busy={busy} onClick={() => checkAgain()}>
								<RotateCw aria-hidden="true" />
								{t("checkAgainAll", { count: nodes.length })}
							</Button>
						</>
					)
				}
			>
				{loading && !busy ? (
					<SkeletonLines lines={4} />
				) : planned === null && !busy ? (
					<p className="text-muted-foreground text-sm">{t("preflightNotYet")}</p>
				) : (
					<div className="flex flex-col gap-3">
						{isOver && !fits ? (
							<p role="status" className="rounded-md border border-warning/50 bg-warning-soft px-3 py-2 text-sm">
								{t("preflightStale")}
							</p>
						) : null}
						<CheckProgress counts={counts} />
						<CheckedNodes
							nodes={nodes}
							busy={busy || !fits}
							onCheckAgain={(nodeId) => checkAgain([nodeId])}
							onLeaveOut={nodes.length > 1 ? (nodeId) => leaveOut([nodeId]) : null}
						/>
					</div>
				)}
			</Card>
			{isOver ? (
				<Card title={t("findings")} description={t("findingsText")}>
					{groups.length === 0 ? <p className="text-muted-foreground text-sm">{t("noFindings")}</p> : <FindingGroups groups={groups} />}
				</Card>
			) : null}
			<StepFoot said={busy ? t("planningText") : isOver && fits ? t("planText") : null}>
				<Button onClick={onBack}>
					<ArrowLeft aria-hidden="true" />
					{t("backTo", { step: t("planStep.policy") })}
				</Button>
				{isOver && fits ? (
					<Link href={`/migrations/${id}`} className={buttonClass({ variant: "primary" })}>
						{t("toReview")}
						<ArrowRight aria-hidden="true" />
					</Link>
				) : (
					<Button variant="primary" busy={busy || loading} disabled={!ready} onClick={onPlan}>
						{busy ? t("planning", { count: nodes.length }) : t("plan", { count: chosen.length })}
					</Button>
				)}
			</StepFoot>
		</>
	);
}
