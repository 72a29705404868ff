"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useReasonFields } from "@/components/migrations/reason-fields.tsx";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Copyable } from "@/components/ui/copyable.tsx";
import { KeyValues } from "@/components/ui/key-value.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import type { RunDecisionInput } from "@/lib/contracts/decision.ts";
import type { LeftRun, LeftRunChoice } from "@/lib/contracts/left-run.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { formatDuration } from "@/lib/format.ts";
import { keys } from "@/lib/query-keys.ts";

/** Runs that lie on the node and that this console has no record of: whose they are, how they stand, and what to do about them. */
export function LeftRuns({ node }: { node: NodeView }) {
	const t = useTranslations("nodes.left");
	const tUi = useTranslations("ui");
	const left = useQuery({ queryKey: keys.nodes.leftRuns(node.id), queryFn: ({ signal }) => api.leftRuns(node.id, signal) });
	return (
		<Card
			title={t("title")}
			description={t("description")}
			actions={
				<Button size="sm" busy={left.isFetching} onClick={() => void left.refetch()}>
					{tUi("refresh")}
				</Button>
			}
		>
			{left.isPending ? <SkeletonLines /> : null}
			<ProblemAlert error={left.error} />
			{left.data?.length === 0 ? <p className="text-muted-foreground text-sm">{t("none")}</p> : null}
			<ul className="flex flex-col gap-4 divide-y">
				{(left.data ?? []).map((run) => (
					<li key={run.runId} className="pt-4 first:pt-0">
						<OneLeftRun node={node} run={run} />
					</li>
				))}
			</ul>
		</Card>
	);
}

function OneLeftRun({ node, run }: { node: NodeView; run: LeftRun }) {
	const t = useTranslations("nodes.left");
	const [asked, setAsked] = useState<LeftRunChoice | null>(null);
	const { noted } = run;
	return (
		<div className="flex flex-col gap-3">
			<KeyValues
				items={[
					{ name: t("run"), value: <Copyable text={run.runId} /> },
					{ name: t("state"), value: t(`states.${run.state}`) },
					{
						name: t("console"),
						value: run.console === "" ? t("consoleNone") : run.foreign ? run.console : t("consoleOwn", { name: run.console }),
					},
					{
						name: t("deadline"),
						value: run.revertInS === null ? t("deadlineNone") : t("deadlineIn", { time: formatDuration(run.revertInS * 1_000) }),
					},
					...(noted
						? [
								{ name: t("what"), value: `${noted.fromRuntime} → ${noted.toRuntime}` },
								{ name: t("who"), value: [noted.by, noted.reason, noted.ticket].filter(Boolean).join(" · ") },
							]
						: []),
				]}
			/>
			{run.choices.length > 0 ? (
				<div className="flex flex-wrap gap-2">
					{run.choices.map((choice) => (
						<Button key={choice} onClick={() => setAsked(choice)}>
							{t(`choices.${choice}`)}
						</Button>
					))}
				</div>
			) : (
				<p className="text-sm">{t(noted ? "notNow" : "notNoted")}</p>
			)}
			<div className="text-muted-foreground text-sm">
				<p className="mb-1">{t("byHand")}</p>
				<CodeBlock text={run.byHand} label={t("byHand")} wrap />
			</div>
			{asked ? <Adopt node={node} run={run} choice={asked} onClose={() => setAsked(null)} /> : null}
		</div>
	);
}

function Adopt({ node, run, choice, onClose }: { node: NodeView; run: LeftRun; choice: LeftRunChoice; onClose: () => void }) {
	const t = useTranslations("nodes.left");
	const router = useRouter();
	const queries = useQueryClient();
	const [isGone, setIsGone] = useState(false);
	const { ticketNeeded = false, ticket = "" } = run.noted ?? {};
	const adopt = useMutation({
		mutationFn: (said: RunDecisionInput) => api.adoptRun(node.id, { runId: run.runId, choice, ...said }),
		onSuccess: async ({ id }) => {
			router.push(`/runs/${id}`);
			await queries.invalidateQueries({ queryKey: keys.nodes.all });
		},
	});
	const allowed = !run.foreign || isGone;
	const onEnter = (said: RunDecisionInput) => (allowed && !adopt.isPending ? adopt.mutate(said) : undefined);
	const { complete, given, fields } = useReasonFields({ policy: { ticketNeeded }, ticket }, "adopt", { onEnter });
	return (
		<AlertDialog
			open
			onOpenChange={(open) => {
				if (!open) onClose();
			}}
			title={t("adoptTitle", { node: node.name })}
			description={t(`adopt.${choice}`)}
			confirmLabel={t(`choices.${choice}`)}
			confirmDisabled={!allowed || !complete}
			busy={adopt.isPending}
			onConfirm={() => adopt.mutate(given)}
		>
			<ProblemAlert error={adopt.error} />
			{fields}
			{run.foreign ? <Checkbox checked={isGone} onCheckedChange={setIsGone} label={t("consoleGone", { name: run.console })} /> : null}
		</AlertDialog>
	);
}
