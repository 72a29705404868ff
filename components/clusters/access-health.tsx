"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import type { ClusterView } from "@/lib/contracts/cluster.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { ApiState } from "./api-state.tsx";

/** Whether the console can get at the cluster and at its nodes, each with where it is put right. */
export function AccessHealth({ cluster, nodes }: { cluster: ClusterView; nodes: readonly NodeView[] }) {
	const t = useTranslations("clusters");
	const present = nodes.filter((node) => !node.gone);
	const silent = present.filter((node) => node.probeError !== null).length;
	const never = present.filter((node) => node.probedAt === null).length;
	const page = `/clusters/${cluster.id}`;
	const table = `/nodes?cluster=${encodeURIComponent(cluster.id)}`;
	const rows = [
		{
			name: t("apiTitle"),
			href: `${page}?tab=access`,
			state: (
				<>
					<ApiState cluster={cluster} />
					{cluster.apiCheckedAt ? (
						<span className="ml-2 text-muted-foreground text-xs">
							<RelativeTime at={cluster.apiCheckedAt} />
						</span>
					) : null}
				</>
			),
		},
		{
			name: t("credentialTitle"),
			href: `${page}?tab=access`,
			state: (
				<StatusGlyph
					kind={cluster.hasCredential ? "ok" : "warning"}
					label={t(cluster.hasCredential ? "credentialSet" : "credentialMissing")}
				/>
			),
		},
		{
			name: t("tabHostKeys"),
			href: `${page}?tab=host-keys`,
			state:
				cluster.nodes.withoutHostKey > 0 ? (
					<StatusGlyph kind="warning" label={t("hostKeysMissing", { count: cluster.nodes.withoutHostKey })} />
				) : (
					<StatusGlyph kind="ok" label={t("hostKeysAll")} />
				),
		},
		{
			name: t("readings"),
			href: `${table}&sort=probed`,
			state:
				silent > 0 ? (
					<StatusGlyph kind="failed" label={t("readingsFailed", { count: silent })} />
				) : never > 0 ? (
					<StatusGlyph kind="waiting" label={t("readingsNever", { count: never })} />
				) : (
					<StatusGlyph kind="ok" label={t("readingsOk")} />
				),
		},
	];
	return (
		<Card title={t("health")} description={t("healthText")}>
			<ul aria-label={t("health")} className="flex flex-col divide-y text-sm">
				{rows.map((row) => (
					<li key={row.name} className="flex flex-wrap items-baseline justify-between gap-x-4 py-1.5 first:pt-0 last:pb-0">
						<Link href={row.href} className="text-info hover:underline">
							{row.name}
						</Link>
						<span className="min-w-0">{row.state}</span>
					</li>
				))}
			</ul>
		</Card>
	);
}
