"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FileText, Plus, RefreshCw, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { HostKeyScanner } from "@/components/host-keys/host-key-scanner.tsx";
import { useTabTitle } from "@/components/shell/watch/tab-title.tsx";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Copyable } from "@/components/ui/copyable.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { KeyValues } from "@/components/ui/key-value.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { Tabs } from "@/components/ui/tabs.tsx";
import { PageBeingRead, PageNotRead } from "@/components/ui/unread-page.tsx";
import { api } from "@/lib/api-client.ts";
import type { ClusterView } from "@/lib/contracts/cluster.ts";
import { keys } from "@/lib/query-keys.ts";
import { AddNode } from "./add-node.tsx";
import { ApiState } from "./api-state.tsx";
import { ClusterForm } from "./cluster-form.tsx";
import { ClusterReadiness } from "./cluster-readiness.tsx";
import { CredentialCard } from "./credential-card.tsx";
import { DeleteCluster } from "./delete-cluster.tsx";
import { RuntimeBar } from "./runtime-bar.tsx";

/** The table is much code for one tab. */
const NodeList = dynamic(() => import("@/components/nodes/node-list.tsx").then((file) => file.NodeList), {
	ssr: false,
	loading: () => <SkeletonLines lines={6} />,
});

export function ClusterPage({ clusterId }: { clusterId: string }) {
	const t = useTranslations("clusters");
	const cluster = useQuery({ queryKey: keys.clusters.detail(clusterId), queryFn: ({ signal }) => api.cluster(clusterId, signal) });
	const list = { label: t("title"), href: "/clusters" };
	if (cluster.isPending) return <PageBeingRead list={list} lines={6} />;
	if (!cluster.data) return <PageNotRead title={t("one")} list={list} read={cluster} />;
	return <ClusterDetail cluster={cluster.data} />;
}

function ClusterDetail({ cluster }: { cluster: ClusterView }) {
	const t = useTranslations("clusters");
	useTabTitle(cluster.name);
	const path = usePathname();
	const parameters = useSearchParams();
	const [editing, setEditing] = useState(false);
	const [deleting, setDeleting] = useState(false);
	const [adding, setAdding] = useState(false);
	const ready = cluster.hasCredential && cluster.nodes.withoutHostKey === 0;
	const tab = parameters.get("tab") ?? (ready ? "readiness" : "access");
	return (
		<>
			<PageHeader
				title={cluster.name}
				crumbs={[{ label: t("title"), href: "/clusters" }, { label: cluster.name }]}
				status={<ApiState cluster={cluster} />}
				actions={
					<>
						<Link href={`/clusters/${cluster.id}/report`} className={buttonClass()}>
							<FileText aria-hidden="true" />
							{t("report")}
						</Link>
						<Button onClick={() => setAdding(true)}>
							<Plus aria-hidden="true" />
							{t("nodeAdd")}
						</Button>
						<Button onClick={() => setDeleting(true)}>
							<Trash2 aria-hidden="true" />
							{t("deleteConfirm")}
						</Button>
					</>
				}
			/>
			{tab === "readiness" ? null : <RuntimeBar nodes={cluster.nodes} />}
			<Tabs
				value={tab}
				onValueChange={(value) => window.history.replaceState(null, "", `${path}?tab=${value}`)}
				tabs={[
					{ value: "readiness", label: t("tabReadiness"), content: <ClusterReadiness cluster={cluster} /> },
					{ value: "access", label: t("tabAccess"), content: <Access cluster={cluster} onEdit={() => setEditing(true)} /> },
					{
						value: "host-keys",
						label: cluster.nodes.withoutHostKey > 0 ? t("tabHostKeysCount", { count: cluster.nodes.withoutHostKey }) : t("tabHostKeys"),
						content: <ClusterHostKeys cluster={cluster} />,
					},
					{ value: "nodes", label: t("tabNodes", { count: cluster.nodes.total }), content: <NodeList clusterId={cluster.id} /> },
				]}
			/>
			<ClusterForm cluster={cluster} open={editing} onOpenChange={setEditing} />
			<DeleteCluster cluster={cluster} open={deleting} onOpenChange={setDeleting} />
			<AddNode cluster={cluster} open={adding} onOpenChange={setAdding} />
		</>
	);
}

function Access({ cluster, onEdit }: { cluster: ClusterView; onEdit: () => void }) {
	const t = useTranslations("clusters");
	const tUi = useTranslations("ui");
	const queries = useQueryClient();
	const refresh = useMutation({
		mutationFn: () => api.refreshCluster(cluster.id),
		onSettled: () =>
			Promise.all([queries.invalidateQueries({ queryKey: keys.clusters.all }), queries.invalidateQueries({ queryKey: keys.nodes.all })]),
	});
	return (
		<div className="grid gap-4 lg:grid-cols-2">
			<Card
				title={t("apiTitle")}
				description={t("apiDescription")}
				actions={
					<>
						{cluster.hasApi ? (
							<Button size="sm" busy={refresh.isPending} onClick={() => refresh.mutate()}>
								<RefreshCw aria-hidden="true" />
								{tUi("refresh")}
							</Button>
						) : null}
						<Button size="sm" onClick={onEdit}>
							{tUi("edit")}
						</Button>
					</>
				}
			>
				<div className="flex flex-col gap-3">
					{cluster.hasApi ? (
						<KeyValues
							items={[
								{ name: t("state"), value: <ApiState cluster={cluster} /> },
								{ name: t("server"), value: cluster.server ? <Copyable text={cluster.server} /> : "–" },
								{ name: t("serverOverride"), value: cluster.serverOverride ?? tUi("none") },
								{ name: t("tlsServerName"), value: cluster.tlsServerName ?? tUi("none") },
								{ name: t("checked"), value: cluster.apiCheckedAt ? <RelativeTime at={cluster.apiCheckedAt} /> : "–" },
							]}
						/>
					) : (
						<p className="text-sm">{t("apiNoneLong")}</p>
					)}
					{cluster.apiState && cluster.apiState.code !== "ok" ? <ProblemAlert error={cluster.apiState} /> : null}
					<ProblemAlert error={refresh.error} />
				</div>
			</Card>
			<CredentialCard
				owner={{ kind: "clusters", id: cluster.id }}
				title={t("credentialTitle")}
				description={t("credentialDescription")}
				none={t("credentialNone")}
			/>
		</div>
	);
}

function ClusterHostKeys({ cluster }: { cluster: ClusterView }) {
	const t = useTranslations("clusters");
	const nodes = useQuery({ queryKey: keys.nodes.list(cluster.id), queryFn: ({ signal }) => api.nodes(cluster.id, signal) });
	const present = (nodes.data ?? []).filter((node) => !node.gone);
	if (nodes.isPending) return <SkeletonLines />;
	if (nodes.error) return <ProblemAlert error={nodes.error} onRetry={() => void nodes.refetch()} />;
	if (present.length === 0) {
		return (
			<Card>
				<EmptyState title={t("noNodes")}>{t("hostKeysNoNodes")}</EmptyState>
			</Card>
		);
	}
	return <HostKeyScanner nodeIds={present.map((node) => node.id)} />;
}
