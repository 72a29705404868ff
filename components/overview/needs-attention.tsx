"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { z } from "zod";
import { Card } from "@/components/ui/card.tsx";
import { StatusGlyph, type StatusKind } from "@/components/ui/status-glyph.tsx";
import type { ClusterView, migrationListSchema } from "@/lib/contracts/api.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { scheduleFailed } from "@/lib/schedule.ts";

type Migration = z.infer<typeof migrationListSchema>["migrations"][number];

interface NeedsAttentionProps {
	clusters: readonly ClusterView[];
	nodes: readonly NodeView[];
	migrations: readonly Migration[];
}

/** What a person has to look at, the most pressing first. */
export function NeedsAttention({ clusters, nodes, migrations }: NeedsAttentionProps) {
	const t = useTranslations("overview");
	const items: { key: string; kind: StatusKind; text: string; href: string }[] = [];
	for (const migration of migrations) {
		const hands = migration.counts["revert-failed"] ?? 0;
		if (hands > 0) {
			items.push({
				key: `hands-${migration.id}`,
				kind: "hands",
				text: t("attentionHands", { count: hands, cluster: migration.clusterName }),
				href: `/migrations/${migration.id}`,
			});
		}
		if (migration.state === "held") {
			items.push({
				key: `held-${migration.id}`,
				kind: "failed",
				text: t("attentionHeld", { cluster: migration.clusterName }),
				href: `/migrations/${migration.id}`,
			});
		}
		if (scheduleFailed(migration)) {
			items.push({
				key: `schedule-${migration.id}`,
				kind: "warning",
				text: t("attentionSchedule", { cluster: migration.clusterName }),
				href: `/migrations/${migration.id}`,
			});
		}
	}
	for (const cluster of clusters) {
		if (cluster.hasApi && cluster.apiState && cluster.apiState.code !== "ok") {
			items.push({
				key: `api-${cluster.id}`,
				kind: "failed",
				text: t("attentionApi", { cluster: cluster.name }),
				href: `/clusters/${cluster.id}?tab=access`,
			});
		}
		if (cluster.nodes.total > 0 && cluster.hasCredential && cluster.nodes.withoutHostKey > 0) {
			items.push({
				key: `keys-${cluster.id}`,
				kind: "warning",
				text: t("attentionHostKeys", { count: cluster.nodes.withoutHostKey, cluster: cluster.name }),
				href: `/clusters/${cluster.id}?tab=host-keys`,
			});
		}
	}
	for (const node of nodes.filter((one) => one.probeError !== null && one.hostKey === "accepted").slice(0, 8)) {
		items.push({
			key: `probe-${node.id}`,
			kind: "warning",
			text: t("attentionProbe", { node: node.name, cluster: node.clusterName }),
			href: `/nodes/${node.id}`,
		});
	}
	return (
		<Card title={t("attention")}>
			{items.length === 0 ? (
				<StatusGlyph kind="ok" label={t("attentionNone")} />
			) : (
				<ul className="flex flex-col gap-1.5">
					{items.map((item) => (
						<li key={item.key}>
							<Link href={item.href} className="hover:underline">
								<StatusGlyph kind={item.kind} label={item.text} className="whitespace-normal" />
							</Link>
						</li>
					))}
				</ul>
			)}
		</Card>
	);
}
