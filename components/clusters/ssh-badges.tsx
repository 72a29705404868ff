"use client";

import { useTranslations } from "next-intl";
import { Badge } from "@/components/ui/badge.tsx";
import type { ClusterView } from "@/lib/contracts/cluster.ts";

/** Whether the console has what it needs to sign in to the cluster's nodes. */
export function SshBadges({ cluster }: { cluster: ClusterView }) {
	const t = useTranslations("clusters");
	return (
		<div className="flex flex-wrap gap-1">
			{cluster.hasCredential ? <Badge tone="success">{t("credentialSet")}</Badge> : <Badge tone="warning">{t("credentialMissing")}</Badge>}
			{cluster.nodes.withoutHostKey > 0 ? (
				<Badge tone="warning">{t("hostKeysMissing", { count: cluster.nodes.withoutHostKey })}</Badge>
			) : null}
		</div>
	);
}
