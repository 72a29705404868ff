"use client";

import { useQuery } from "@tanstack/react-query";
import { Boxes, Plus } from "lucide-react";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Copyable } from "@/components/ui/copyable.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";
import { ApiState } from "./api-state.tsx";
import { ClusterForm } from "./cluster-form.tsx";
import { RuntimeBar } from "./runtime-bar.tsx";
import { SshBadges } from "./ssh-badges.tsx";

export function ClustersPage() {
	const t = useTranslations("clusters");
	const router = useRouter();
	const [adding, setAdding] = useState(useSearchParams().get("add") === "1");
	const clusters = useQuery({ queryKey: keys.clusters.list(), queryFn: ({ signal }) => api.clusters(signal) });
	const add = (
		<Button variant="primary" onClick={() => setAdding(true)}>
			<Plus aria-hidden="true" />
			{t("add")}
		</Button>
	);
	return (
		<>
			<PageHeader title={t("title")} description={t("description")} actions={clusters.data?.length ? add : null} />
			<ProblemAlert error={clusters.error} onRetry={() => void clusters.refetch()} />
			<Card flush>
				{clusters.isPending ? (
					<div className="p-4" aria-busy="true">
						<SkeletonLines />
					</div>
				) : clusters.data?.length === 0 ? (
					<EmptyState icon={Boxes} title={t("emptyTitle")} action={add}>
						{t("empty")}
					</EmptyState>
				) : clusters.data ? (
					<Table aria-label={t("title")}>
						<THead>
							<Tr>
								<Th>{t("name")}</Th>
								<Th>{t("api")}</Th>
								<Th className="max-md:hidden">{t("server")}</Th>
								<Th>{t("nodes")}</Th>
								<Th>{t("ssh")}</Th>
							</Tr>
						</THead>
						<TBody>
							{clusters.data.map((cluster) => (
								<Tr key={cluster.id} className="hover:bg-accent/50">
									<Td>
										<Link href={`/clusters/${cluster.id}`} className="font-medium text-info hover:underline">
											{cluster.name}
										</Link>
									</Td>
									<Td className="max-w-80">
										<ApiState cluster={cluster} />
									</Td>
									<Td className="max-md:hidden">{cluster.server ? <Copyable text={cluster.server} /> : "–"}</Td>
									<Td>
										<RuntimeBar nodes={cluster.nodes} />
									</Td>
									<Td>
										<SshBadges cluster={cluster} />
									</Td>
								</Tr>
							))}
						</TBody>
					</Table>
				) : null}
			</Card>
			<ClusterForm open={adding} onOpenChange={setAdding} onSaved={(id) => router.push(`/clusters/${id}`)} />
		</>
	);
}
