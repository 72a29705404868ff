"use client";

import { useTranslations } from "next-intl";
import { AttentionList } from "@/components/attention/attention-list.tsx";
import { useAttention } from "@/components/attention/use-attention.ts";
import { Card } from "@/components/ui/card.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";

/** What a person has to look at, the most pressing first. */
export function NeedsAttention({ clusterId }: { clusterId: string | undefined }) {
	const t = useTranslations("overview");
	const attention = useAttention(clusterId);
	return (
		<Card title={t("attention")}>
			<ProblemAlert error={attention.error} onRetry={() => void attention.refetch()} />
			{attention.isPending ? <SkeletonLines lines={2} /> : attention.data ? <AttentionList items={attention.data} /> : null}
		</Card>
	);
}
