"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Msg } from "@/components/ui/message.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import { cn } from "@/lib/class-names.ts";
import type { NodeWorkloads } from "@/lib/contracts/workload.ts";
import { keys } from "@/lib/query-keys.ts";

/** So long what the cluster said is shown without asking again, milliseconds. */
const FRESH_MS = 60_000;

/** Which pods leave which node, asked of the cluster now; what holds or pins them is named. */
export function WorkloadsCard({ migrationId }: { migrationId: string }) {
	const t = useTranslations("migration");
	const asked = useQuery({
		queryKey: keys.migrations.workloads(migrationId),
		queryFn: ({ signal }) => api.workloads(migrationId, signal),
		staleTime: FRESH_MS,
		refetchInterval: false,
	});
	const { data } = asked;
	if (data && !data.hasApi) return null;
	const known = data?.nodes ?? [];
	const sum = (count: (node: NodeWorkloads) => number) => known.reduce((total, node) => total + count(node), 0);
	const moving = sum(({ moves }) => moves.reduce((total, { pods }) => total + pods, 0));
	const held = sum(({ moves }) => moves.filter(({ heldBy, pinnedBy }) => heldBy.length + pinnedBy.length > 0).length);
	return (
		<Card
			title={t("workloads")}
			description={t("workloadsText")}
			flush={data !== undefined}
			actions={
				<Button size="sm" busy={asked.isFetching} onClick={() => void asked.refetch()}>
					{t("workloadsAgain")}
				</Button>
			}
		>
			{data ? (
				<>
					<p className="px-4 py-2 text-sm">
						{t("workloadsSum", { pods: moving, nodes: known.length })}
						{held > 0 ? <span className="ml-2 font-medium text-warning">{t("workloadsHeld", { count: held })}</span> : null}
					</p>
					{[
						["budgetsUnknown", data.budgetsUnknown],
						["volumesUnknown", data.volumesUnknown],
					].map(([key, code]) =>
						code ? (
							<p key={key} className="px-4 pb-2 text-sm text-warning">
								{t(key === "budgetsUnknown" ? "budgetsUnknown" : "volumesUnknown", { code })}
							</p>
						) : null,
					)}
					<ul>
						{known.map((node) => (
							<NodeRow key={node.nodeId} node={node} />
						))}
					</ul>
					{data.more > 0 ? (
						<p className="border-t px-4 py-2 text-muted-foreground text-sm">{t("workloadsMore", { count: data.more })}</p>
					) : null}
				</>
			) : asked.error ? (
				<ProblemAlert error={asked.error} onRetry={() => void asked.refetch()} />
			) : (
				<SkeletonLines lines={3} />
			)}
		</Card>
	);
}

function NodeRow({ node }: { node: NodeWorkloads }) {
	const t = useTranslations("migration");
	const { name, drained, moves, refused, stays, error } = node;
	const worth = refused.length > 0 || (drained && moves.some(({ heldBy, pinnedBy }) => heldBy.length + pinnedBy.length > 0));
	const [open, setOpen] = useState(false);
	const pods = moves.reduce((total, one) => total + one.pods, 0);
	const opens = moves.length + refused.length > 0;
	return (
		<li className="border-t px-4 py-1.5 text-sm" data-workloads={name}>
			<div className="flex flex-wrap items-center gap-x-3 gap-y-1">
				{opens ? (
					<button
						type="button"
						aria-expanded={open}
						aria-label={t("workloadsOf", { node: name })}
						onClick={() => setOpen(!open)}
						className="flex items-center gap-1.5 rounded font-medium hover:underline"
					>
						<ChevronRight className={cn("size-4", open && "rotate-90")} aria-hidden="true" />
						{name}
					</button>
				) : (
					<span className="pl-5.5 font-medium">{name}</span>
				)}
				{error ? (
					<Msg m={error} namespace="error" className="text-warning" />
				) : (
					<span className="text-muted-foreground">
						{t(drained ? "podsMove" : "podsRestart", { count: pods })} · {t("podsStay", { count: stays })}
					</span>
				)}
				{worth ? <Badge tone="warning">{t("podsLook")}</Badge> : null}
			</div>
			{open ? (
				<ul className="mt-1 flex flex-col gap-0.5 pb-1 pl-5.5 text-xs">
					{drained
						? refused.map((one) => (
								<li key={`${one.why} ${one.namespace}/${one.kind}/${one.name}`} className="text-danger">
									<Owner owner={one} /> {t(`podsRefused.${one.why}`)}
								</li>
							))
						: null}
					{moves.map((one) => (
						<li key={`${one.namespace}/${one.kind}/${one.name}`}>
							<Owner owner={one} />
							{drained && one.heldBy.length > 0 ? (
								<span className="ml-2 text-warning">{t("podsHeldBy", { budgets: one.heldBy.join(", ") })}</span>
							) : null}
							{drained && one.pinnedBy.length > 0 ? (
								<span className="ml-2 text-warning">{t("podsPinnedBy", { claims: one.pinnedBy.join(", ") })}</span>
							) : null}
							{drained && one.emptyDir > 0 ? (
								<span className="ml-2 text-muted-foreground">{t("podsLose", { count: one.emptyDir })}</span>
							) : null}
						</li>
					))}
				</ul>
			) : null}
		</li>
	);
}

function Owner({ owner }: { owner: { namespace: string; kind: string; name: string; pods: number } }) {
	return (
		<span className="break-all">
			<span className="font-mono">
				{owner.namespace}/{owner.name}
			</span>{" "}
			<span className="text-muted-foreground">
				{owner.kind} × {owner.pods}
			</span>
		</span>
	);
}
