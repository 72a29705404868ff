"use client";

import { useQuery } from "@tanstack/react-query";
import { Boxes, Plus } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { ApiState } from "@/components/clusters/api-state.tsx";
import { SshBadges } from "@/components/clusters/ssh-badges.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";

/** Each cluster with how the console reaches it, and the way to where its kubeconfig, its SSH credential and its host keys are set. */
export function ClustersCard() {
	const t = useTranslations("settings");
	const text = useTranslations("clusters");
	const clusters = useQuery({ queryKey: keys.clusters.list(), queryFn: ({ signal }) => api.clusters(signal) });
	const add = (
		<Link href="/clusters?add=1" className={buttonClass({ size: "sm" })}>
			<Plus aria-hidden="true" />
			{text("add")}
		</Link>
	);
	return (
		<Card flush title={t("clusters.title")} description={t("clusters.text")} actions={clusters.data?.length ? add : null}>
			{clusters.error ? (
				<ProblemAlert error={clusters.error} onRetry={() => void clusters.refetch()} />
			) : clusters.isPending ? (
				<div className="p-4" aria-busy="true">
					<SkeletonLines />
				</div>
			) : clusters.data.length === 0 ? (
				<EmptyState icon={Boxes} title={text("emptyTitle")} action={add}>
					{text("empty")}
				</EmptyState>
			) : (
				<Table aria-label={t("clusters.title")}>
					<THead>
						<Tr>
							<Th>{text("name")}</Th>
							<Th>{text("api")}</Th>
							<Th>{text("ssh")}</Th>
							<Th>
								<span className="sr-only">{t("clusters.change")}</span>
							</Th>
						</Tr>
					</THead>
					<TBody>
						{clusters.data.map((cluster) => (
							<Tr key={cluster.id}>
								<Td>
									<Link href={`/clusters/${cluster.id}`} className="font-medium text-info hover:underline">
										{cluster.name}
									</Link>
								</Td>
								<Td className="max-w-80">
									<ApiState cluster={cluster} />
								</Td>
								<Td>
									<SshBadges cluster={cluster} />
								</Td>
								<Td className="text-right">
									<Link
										href={`/clusters/${cluster.id}?tab=access`}
										className="whitespace-nowrap text-info hover:underline"
										aria-label={t("clusters.changeOf", { name: cluster.name })}
									>
										{t("clusters.change")}
									</Link>
								</Td>
							</Tr>
						))}
					</TBody>
				</Table>
			)}
		</Card>
	);
}
