"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card.tsx";
import { useMessage } from "@/components/ui/message.tsx";
import { SEVERITY_LOOKS } from "@/components/ui/severity-looks.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { type ExplainedGroup, useClusterFindings } from "./use-cluster-findings.ts";

/** Nodes named; the rest as a number that leads to all of them. */
const MOST_NAMES = 8;

/** What preflight said of the cluster's nodes, once a finding, with the nodes that it was made on. */
export function FindingsCard({ clusterId, nodes }: { clusterId: string; nodes: readonly NodeView[] }) {
	const t = useTranslations("clusters");
	const { groups } = useClusterFindings(nodes);
	return (
		<Card title={t("findings")} description={t("findingsText")}>
			{groups.length === 0 ? (
				<p className="text-muted-foreground text-sm">{t(nodes.some(({ preflight }) => preflight) ? "findingsNone" : "findingsUnread")}</p>
			) : (
				<ul aria-label={t("findings")} className="flex flex-col divide-y">
					{groups.map((group) => (
						<FindingRow key={`${group.severity} ${group.code}`} group={group} clusterId={clusterId} />
					))}
				</ul>
			)}
		</Card>
	);
}

function FindingRow({ group, clusterId }: { group: ExplainedGroup; clusterId: string }) {
	const t = useTranslations("clusters");
	const render = useMessage();
	const { icon: Icon, colour } = SEVERITY_LOOKS[group.severity];
	const told = group.example && render(group.example, "finding");
	const rest = group.nodes.length - MOST_NAMES;
	const all = `/nodes?cluster=${encodeURIComponent(clusterId)}&finding=${encodeURIComponent(group.code)}`;
	return (
		<li className="flex gap-2.5 py-2 text-sm first:pt-0 last:pb-0" data-finding={group.code}>
			<Icon className={`mt-0.5 size-4 shrink-0 ${colour}`} aria-hidden="true" />
			<div className="min-w-0 flex-1">
				<p>
					<span className={`mr-1.5 font-medium ${colour}`}>{t(`severity.${group.severity}`)}</span>
					{told ? (
						group.nodes.length > 1 ? (
							t("forExample", { text: told.text })
						) : (
							told.text
						)
					) : (
						<code className="font-mono text-xs">{group.code}</code>
					)}
				</p>
				{told?.todo ? <p className="text-muted-foreground">{told.todo}</p> : null}
				<p className="mt-0.5 flex flex-wrap gap-x-2 text-xs">
					<Link href={all} className="text-info hover:underline">
						{t("onNodes", { count: group.nodes.length })}
					</Link>
					{group.nodes.slice(0, MOST_NAMES).map((node) => (
						<Link key={node.id} href={`/nodes/${node.id}`} className="hover:underline">
							{node.name}
						</Link>
					))}
					{rest > 0 ? <span className="text-muted-foreground">{t("moreNodes", { count: rest })}</span> : null}
					{told ? <span className="font-mono text-muted-foreground">{group.code}</span> : null}
				</p>
			</div>
		</li>
	);
}
