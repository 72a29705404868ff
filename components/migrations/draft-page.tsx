"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { TemplateSelect } from "@/components/templates/template-select.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Field } from "@/components/ui/field.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RadioGroup } from "@/components/ui/radio.tsx";
import { Select } from "@/components/ui/select.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import type { ClusterView } from "@/lib/contracts/cluster.ts";
import type { DraftStep } from "@/lib/contracts/draft.ts";
import { naturalCompare } from "@/lib/format.ts";
import { EMPTY_DRAFT, fromTemplate, lacksCanaries, plannedPolicy } from "@/lib/migration-draft.ts";
import { keys } from "@/lib/query-keys.ts";
import { DraftElsewhere } from "./draft-elsewhere.tsx";
import { DraftSaved } from "./draft-saved.tsx";
import { NodesStep } from "./nodes-step.tsx";
import { PolicyStep } from "./policy-step.tsx";
import { PreflightStep } from "./preflight-step.tsx";
import { type PlanStep, StepBar } from "./step-bar.tsx";
import { showInAddress, useDraft } from "./use-draft.ts";

interface DraftPageProps {
	asked: string | null;
	step: DraftStep;
	wantedCluster: string | null;
	onBegun: (id: string, step: DraftStep) => void;
}

/** What to do, to which nodes and how, and what preflight says of it: entered step by step, kept by the server, planned when it is whole. */
export function DraftPage({ asked, step, wantedCluster, onBegun }: DraftPageProps) {
	const t = useTranslations("migration");
	const queries = useQueryClient();
	const router = useRouter();
	const draft = useDraft({ asked, step, onBegun });
	const { id, content, view, change, save } = draft;
	/** Fields keep what was entered in them: they are made anew where a template fills them in, or what was entered elsewhere. */
	const [filledIn, setFilledIn] = useState(0);
	const clusters = useQuery({ queryKey: keys.clusters.list(), queryFn: ({ signal }) => api.clusters(signal) });
	const cluster = clusters.data?.find((one) => one.id === content?.clusterId);
	useFirstCluster(draft, clusters.data, wantedCluster);
	const nodes = useQuery({
		queryKey: keys.nodes.list(content?.clusterId),
		queryFn: ({ signal }) => api.nodes(content?.clusterId, signal),
		enabled: cluster !== undefined,
	});
	const chosen = new Set(content?.nodeIds);
	// In the order that people read them in, not in which they were pressed.
	const chosenNodes = (nodes.data ?? []).filter((node) => chosen.has(node.id)).sort((one, other) => naturalCompare(one.name, other.name));
	const nodeIds = chosenNodes.map((node) => node.id);
	const alone = chosenNodes.filter((node) => !cluster?.hasApi || node.manual);
	const noCanary = content !== null && lacksCanaries({ ...content, nodeIds });
	const said = content !== null && content.reason.trim() !== "";
	const body = useRef<HTMLDivElement>(null);
	const goTo = (to: DraftStep) => {
		showInAddress(id, to, true);
		window.scrollTo({ top: 0 });
		// The button that was pressed is gone with its step: the next Tab begins in the new one.
		body.current?.focus({ preventScroll: true });
	};
	const plan = useMutation({
		mutationFn: async () => {
			if (content === null) throw new Error("nothing is entered yet");
			// Those that are gone are no part of it any more, and the draft is what was planned.
			if (nodeIds.length < content.nodeIds.length) change({ nodeIds });
			await save("preflight");
			const { canariesNamed: _, ...entered } = content;
			return api.createMigration({
				...entered,
				policy: plannedPolicy({ policy: content.policy, nodeIds }),
				nodeIds,
				withoutApi: alone.length > 0 && content.withoutApi,
				draftId: id,
			});
		},
		// Under way until the draft says which plan it has.
		onSettled: async () => {
			void queries.invalidateQueries({ queryKey: [...keys.migrations.all, "list"] });
			await queries.invalidateQueries({ queryKey: keys.drafts.all });
		},
	});
	const complete: PlanStep[] = [
		...(nodeIds.length > 0 ? (["nodes"] as const) : []),
		...(nodeIds.length > 0 && !noCanary && said ? (["policy"] as const) : []),
		...(view?.migrationId ? (["preflight"] as const) : []),
	];
	const startOver = () => {
		change({ ...EMPTY_DRAFT, clusterId: (clusters.data?.length === 1 && content?.clusterId) || "" });
		setFilledIn(filledIn + 1);
		goTo("nodes");
	};
	return (
		<>
			<PageHeader
				crumbs={[{ label: t("title"), href: "/migrations" }, { label: t("new") }]}
				title={t("new")}
				description={t("newText")}
				actions={
					<>
						<DraftSaved saving={draft.saving} />
						<Button onClick={startOver}>{t("startOver")}</Button>
					</>
				}
			/>
			<StepBar current={step} done={complete} onSelect={goTo} />
			<ProblemAlert error={draft.error} onRetry={draft.again} />
			{draft.asking && content ? (
				<DraftElsewhere
					entered={content}
					kept={draft.asking.kept?.content ?? null}
					onTakeKept={() => {
						draft.takeKept();
						if (!draft.asking?.kept) router.push("/migrations");
					}}
					onKeepMine={draft.keepMine}
				/>
			) : null}
			<ProblemAlert error={clusters.error} onRetry={() => void clusters.refetch()} />
			<div ref={body} tabIndex={-1} className="flex flex-col gap-4 outline-none">
				{content === null || clusters.isPending ? (
					draft.error ? null : (
						<div aria-busy="true">
							<SkeletonLines lines={8} />
						</div>
					)
				) : step === "nodes" ? (
					<>
						<Card title={t("what")}>
							<div className="flex flex-wrap gap-x-8 gap-y-4">
								<Field label={t("cluster")}>
									<Select
										placeholder={t("chooseCluster")}
										options={(clusters.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
										value={cluster?.id ?? null}
										onValueChange={(clusterId) => {
											if (clusterId !== content.clusterId) change({ clusterId, nodeIds: [], withoutApi: false });
										}}
									/>
								</Field>
								<RadioGroup
									legend={t("direction")}
									inline
									value={content.direction}
									onValueChange={(direction) => change({ direction, nodeIds: direction === content.direction ? content.nodeIds : [] })}
									options={[
										{ value: "migrate", label: t("directionMigrate"), hint: t("directionMigrateHint") },
										{ value: "rollback", label: t("directionRollback"), hint: t("directionRollbackHint") },
									]}
								/>
								<TemplateSelect
									onUse={(template) => {
										change(fromTemplate(content, template));
										setFilledIn(filledIn + 1);
									}}
								/>
							</div>
						</Card>
						<NodesStep
							draft={content}
							names={view?.names ?? {}}
							nodes={nodes}
							known={cluster !== undefined}
							onChange={(ids) => change({ nodeIds: ids })}
							onNext={() => goTo("policy")}
							going={nodeIds.length}
						/>
					</>
				) : step === "policy" ? (
					<PolicyStep
						key={`${content.clusterId} ${filledIn} ${draft.replaced}`}
						draft={content}
						change={change}
						chosen={chosenNodes}
						alone={alone}
						hasApi={cluster?.hasApi ?? true}
						clusterName={cluster?.name ?? ""}
						noCanary={noCanary}
						busy={plan.isPending}
						onBack={() => goTo("nodes")}
						onPlan={() => {
							goTo("preflight");
							plan.mutate();
						}}
					/>
				) : (
					<PreflightStep
						draft={content}
						view={view}
						chosen={chosenNodes}
						ready={nodeIds.length > 0 && !noCanary && said}
						planning={{ busy: plan.isPending, error: draft.asking ? null : plan.error }}
						onPlan={() => plan.mutate()}
						onBack={() => goTo("policy")}
						onLeftOut={(ids) => change({ nodeIds: content.nodeIds.filter((one) => !ids.includes(one)) })}
					/>
				)}
			</div>
		</>
	);
}

/** Where nothing is chosen yet: the cluster that the address names, or the only one there is. */
function useFirstCluster(
	{ content, prefill }: ReturnType<typeof useDraft>,
	clusters: readonly ClusterView[] | undefined,
	wanted: string | null,
) {
	const only = clusters?.length === 1 ? clusters[0]?.id : undefined;
	const first = clusters?.some((one) => one.id === wanted) ? (wanted ?? undefined) : only;
	const nothingChosen = content !== null && clusters !== undefined && !clusters.some((one) => one.id === content.clusterId);
	useEffect(() => {
		if (nothingChosen && first) prefill({ clusterId: first, nodeIds: [], withoutApi: false });
	}, [nothingChosen, first, prefill]);
}
