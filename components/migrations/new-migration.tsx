"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { TemplateSelect } from "@/components/templates/template-select.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input, Textarea } from "@/components/ui/input.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RadioGroup } from "@/components/ui/radio.tsx";
import { Select } from "@/components/ui/select.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import type { Policy } from "@/lib/contracts/plan.ts";
import { firstNames, naturalCompare } from "@/lib/format.ts";
import { fromTemplate, lacksCanaries, type MigrationDraft, namedCanaries } from "@/lib/migration-draft.ts";
import { keys } from "@/lib/query-keys.ts";
import { NodePicker } from "./node-picker.tsx";
import { PolicyForm } from "./policy-form.tsx";
import { useDraft } from "./use-draft.ts";

/** What to do, to which nodes and how: entered here, kept by the browser, and planned when it is whole. */
export function NewMigration() {
	const t = useTranslations("migration");
	const { draft, change, clear } = useDraft();
	/** Fields keep what was entered in them: they are made anew where a template fills them in. */
	const [filledIn, setFilledIn] = useState(0);
	const parameters = useSearchParams();
	const clusters = useQuery({ queryKey: keys.clusters.list(), queryFn: ({ signal }) => api.clusters(signal) });
	const cluster = clusters.data?.find((one) => one.id === draft?.clusterId);
	const wanted = parameters.get("cluster");
	const only = clusters.data?.length === 1 ? clusters.data[0]?.id : undefined;
	const first = clusters.data?.some((one) => one.id === wanted) ? (wanted ?? undefined) : only;
	const nothingChosen = draft !== null && clusters.data !== undefined && cluster === undefined;
	useEffect(() => {
		if (nothingChosen && first) change({ clusterId: first, nodeIds: [], withoutApi: false });
	}, [nothingChosen, first, change]);

	return (
		<>
			<PageHeader
				crumbs={[{ label: t("title"), href: "/migrations" }, { label: t("new") }]}
				title={t("new")}
				description={t("newText")}
				actions={<Button onClick={clear}>{t("startOver")}</Button>}
			/>
			<ProblemAlert error={clusters.error} onRetry={() => void clusters.refetch()} />
			{draft === null || clusters.isPending ? (
				<div aria-busy="true">
					<SkeletonLines lines={8} />
				</div>
			) : (
				<>
					<Card title={t("what")}>
						<div className="flex flex-wrap gap-x-8 gap-y-4">
							<Field label={t("cluster")}>
								<Select
									placeholder={t("chooseCluster")}
									options={(clusters.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
									value={cluster?.id ?? null}
									onValueChange={(clusterId) => {
										if (clusterId !== draft.clusterId) change({ clusterId, nodeIds: [], withoutApi: false });
									}}
								/>
							</Field>
							<RadioGroup
								legend={t("direction")}
								inline
								value={draft.direction}
								onValueChange={(direction) => change({ direction, nodeIds: direction === draft.direction ? draft.nodeIds : [] })}
								options={[
									{ value: "migrate", label: t("directionMigrate"), hint: t("directionMigrateHint") },
									{ value: "rollback", label: t("directionRollback"), hint: t("directionRollbackHint") },
								]}
							/>
							<TemplateSelect
								onUse={(template) => {
									change(fromTemplate(draft, template));
									setFilledIn(filledIn + 1);
								}}
							/>
						</div>
					</Card>
					{cluster ? (
						<DraftForm key={`${cluster.id} ${filledIn}`} draft={draft} change={change} hasApi={cluster.hasApi} clusterName={cluster.name} />
					) : null}
				</>
			)}
		</>
	);
}

/** A node that was named a canary and is no longer chosen is none. */
function withCanaries(policy: Policy, nodeIds: string[]): Policy {
	const { canary } = policy.rollout;
	return canary === null ? policy : { ...policy, rollout: { ...policy.rollout, canary: { ...canary, nodeIds } } };
}

interface DraftFormProps {
	draft: MigrationDraft;
	change: (part: Partial<MigrationDraft>) => void;
	hasApi: boolean;
	clusterName: string;
}

function DraftForm({ draft, change, hasApi, clusterName }: DraftFormProps) {
	const t = useTranslations("migration");
	const router = useRouter();
	const queries = useQueryClient();
	const nodes = useQuery({ queryKey: keys.nodes.list(draft.clusterId), queryFn: ({ signal }) => api.nodes(draft.clusterId, signal) });
	const chosen = new Set(draft.nodeIds);
	// In the order that people read them in, not in which they were pressed.
	const chosenNodes = (nodes.data ?? []).filter((node) => chosen.has(node.id)).sort((one, other) => naturalCompare(one.name, other.name));
	const nodeIds = chosenNodes.map((node) => node.id);
	const alone = chosenNodes.filter((node) => !hasApi || node.manual);
	const noCanary = lacksCanaries({ ...draft, nodeIds });
	const plan = useMutation({
		mutationFn: () =>
			api.createMigration({
				...draft,
				policy: withCanaries(draft.policy, namedCanaries({ policy: draft.policy, nodeIds })),
				nodeIds,
				withoutApi: alone.length > 0 && draft.withoutApi,
			}),
		onSuccess: ({ id }) => {
			void queries.invalidateQueries({ queryKey: [...keys.migrations.all, "list"] });
			router.push(`/migrations/${id}`);
		},
	});
	return (
		<form
			className="flex flex-col gap-4"
			onSubmit={(event) => {
				event.preventDefault();
				if (!noCanary) plan.mutate();
			}}
		>
			<Card title={t("nodes")} description={t("nodesText")}>
				<ProblemAlert error={nodes.error} onRetry={() => void nodes.refetch()} />
				{nodes.data ? (
					<NodePicker nodes={nodes.data} direction={draft.direction} chosen={draft.nodeIds} onChange={(ids) => change({ nodeIds: ids })} />
				) : nodes.error ? null : (
					<SkeletonLines lines={4} />
				)}
			</Card>
			<PolicyForm
				policy={draft.policy}
				direction={draft.direction}
				chosen={chosenNodes}
				hasApi={hasApi}
				canariesNamed={draft.canariesNamed}
				onChange={(policy, canariesNamed = draft.canariesNamed) => change({ policy, canariesNamed })}
			/>
			<Card title={t("record")} description={t("recordText")}>
				<div className="flex max-w-2xl flex-col gap-3">
					<Field label={t("reason")}>
						<Textarea maxLength={2_000} value={draft.reason} onChange={(event) => change({ reason: event.target.value })} />
					</Field>
					<Field label={t("ticket")} hint={t("ticketHint")}>
						<Input className="max-w-xs" maxLength={200} value={draft.ticket} onChange={(event) => change({ ticket: event.target.value })} />
					</Field>
				</div>
			</Card>
			{alone.length === 0 ? null : (
				<Card
					title={t("withoutApi")}
					description={
						hasApi
							? t("withoutApiNodes", { cluster: clusterName, count: alone.length, nodes: firstNames(alone.map((node) => node.name)) })
							: t("withoutApiText", { cluster: clusterName })
					}
				>
					<Checkbox
						checked={draft.withoutApi}
						onCheckedChange={(withoutApi) => change({ withoutApi })}
						label={t("withoutApiConsent")}
						hint={t("withoutApiHint")}
					/>
				</Card>
			)}
			<ProblemAlert error={plan.error} />
			<div className="sticky bottom-0 z-10 flex flex-wrap items-center gap-3 border-t bg-background/95 py-3 backdrop-blur">
				<Button type="submit" variant="primary" busy={plan.isPending} disabled={nodeIds.length === 0 || noCanary}>
					{plan.isPending ? t("planning", { count: nodeIds.length }) : t("plan", { count: nodeIds.length })}
				</Button>
				<span role="status" className="text-muted-foreground text-sm">
					{plan.isPending ? t("planningText") : nodeIds.length === 0 ? t("chooseFirst") : noCanary ? t("canaryNone") : t("planText")}
				</span>
			</div>
		</form>
	);
}
