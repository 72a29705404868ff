"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { StatusGlyph, type StatusKind } from "@/components/ui/status-glyph.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import type { NodeView } from "@/lib/contracts/node.ts";
import type { NodePod } from "@/lib/contracts/node-page.ts";
import { podsQuery } from "./pods-query.ts";

/** What runs on the node, by the cluster's API at this moment, and what a drain would do with it. */
export function NodePods({ node }: { node: NodeView }) {
	const t = useTranslations("nodes.pods");
	const tUi = useTranslations("ui");
	const query = useQuery(podsQuery(node.id));
	// What is read by itself does not take the button away.
	const [asked, setAsked] = useState(false);
	const readNow = () => {
		setAsked(true);
		void query.refetch().finally(() => setAsked(false));
	};
	const pods = query.data ?? null;
	return (
		<Card
			title={pods ? t("titleCount", { count: pods.length }) : t("title")}
			description={t("description")}
			flush={pods !== null && pods.length > 0 && query.error === null}
			actions={
				<>
					{query.dataUpdatedAt > 0 ? (
						<p className="text-muted-foreground text-xs">
							{t("read")} <RelativeTime at={new Date(query.dataUpdatedAt).toISOString()} />
						</p>
					) : null}
					<Button size="sm" busy={query.isPending || asked} onClick={readNow}>
						{tUi("refresh")}
					</Button>
				</>
			}
		>
			{query.isPending ? <SkeletonLines /> : null}
			<ProblemAlert error={query.error} />
			{query.data === null ? <p className="text-muted-foreground text-sm">{t("noApi")}</p> : null}
			{pods?.length === 0 ? <p className="text-muted-foreground text-sm">{t("none")}</p> : null}
			{pods && pods.length > 0 ? <PodTable pods={pods} /> : null}
		</Card>
	);
}

function PodTable({ pods }: { pods: readonly NodePod[] }) {
	const t = useTranslations("nodes.pods");
	return (
		<Table aria-label={t("title")} className="min-w-[52rem]">
			<THead>
				<Tr>
					<Th>{t("pod")}</Th>
					<Th>{t("state")}</Th>
					<Th>{t("controller")}</Th>
					<Th>{t("containers")}</Th>
					<Th>{t("age")}</Th>
					<Th>{t("drain")}</Th>
				</Tr>
			</THead>
			<TBody>
				{pods.map((pod) => (
					<Tr key={`${pod.namespace}/${pod.name}`}>
						<Td className="break-all">
							<span className="text-muted-foreground">{pod.namespace}/</span>
							{pod.name}
						</Td>
						<Td>
							<StatusGlyph kind={kindOf(pod)} label={pod.deleting ? "Terminating" : pod.phase} />
							{pod.phase === "Running" && !pod.ready && !pod.deleting ? (
								<span className="block text-muted-foreground text-xs">{t("notReady")}</span>
							) : null}
						</Td>
						<Td className="break-all">{pod.controller ?? "–"}</Td>
						<Td>
							<ul className="flex flex-col gap-0.5">
								{pod.containers.map((container) => (
									<li key={container.name} className="break-all font-mono text-xs">
										{container.image} {container.runtime ? <Badge>{container.runtime}</Badge> : null}
									</li>
								))}
							</ul>
						</Td>
						<Td>{pod.startedAt ? <RelativeTime at={pod.startedAt} form="short" /> : "–"}</Td>
						<Td>{t(`drains.${pod.drain}`)}</Td>
					</Tr>
				))}
			</TBody>
		</Table>
	);
}

function kindOf({ phase, ready, deleting }: NodePod): StatusKind {
	if (deleting) return "reverted";
	const kinds: Record<string, StatusKind> = {
		Pending: "queued",
		Running: ready ? "ok" : "warning",
		Succeeded: "skipped",
		Failed: "failed",
	};
	return kinds[phase] ?? "unknown";
}
