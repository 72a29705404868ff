"use client";

import { useQuery } from "@tanstack/react-query";
import { Printer } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { MigrationStateBadge } from "@/components/migrations/migration-state.tsx";
import { NodesDone } from "@/components/migrations/nodes-done.tsx";
import { useTabTitle } from "@/components/shell/watch/tab-title.tsx";
import { Button } from "@/components/ui/button.tsx";
import { ExactTime } from "@/components/ui/exact-time.tsx";
import { KeyValues } from "@/components/ui/key-value.tsx";
import { useMessage } from "@/components/ui/message.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import { api } from "@/lib/api-client.ts";
import { readinessCounts, tally } from "@/lib/cluster-findings.ts";
import type { ClusterView } from "@/lib/contracts/cluster.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { nodeCounts } from "@/lib/node-counts.ts";
import { keys } from "@/lib/query-keys.ts";
import { READINESS, readiness } from "@/lib/readiness.ts";
import { ApiState } from "./api-state.tsx";
import { useClusterFindings } from "./use-cluster-findings.ts";

const MOST_MIGRATIONS = 100;

/** A cluster on paper: what is known of it, what preflight found, how far it is; with when that was and who asked. */
export function ClusterReport({ clusterId }: { clusterId: string }) {
	const t = useTranslations("clusters");
	const cluster = useQuery({ queryKey: keys.clusters.detail(clusterId), queryFn: ({ signal }) => api.cluster(clusterId, signal) });
	const nodes = useQuery({ queryKey: keys.nodes.list(clusterId), queryFn: ({ signal }) => api.nodes(clusterId, signal) });
	const failed = cluster.error ?? nodes.error;
	if (failed) return <ProblemAlert error={failed} onRetry={() => void Promise.all([cluster.refetch(), nodes.refetch()])} />;
	if (!cluster.data || !nodes.data)
		return (
			<div aria-busy="true">
				<PageHeader title={t("report")} crumbs={[{ label: t("title"), href: "/clusters" }]} />
				<SkeletonLines className="mt-4" lines={8} />
			</div>
		);
	return <Report cluster={cluster.data} nodes={nodes.data.filter((node) => !node.gone)} />;
}

function Report({ cluster, nodes }: { cluster: ClusterView; nodes: readonly NodeView[] }) {
	const t = useTranslations("clusters");
	useTabTitle(t("reportTitle", { name: cluster.name }));
	const me = useQuery({ queryKey: keys.me, queryFn: ({ signal }) => api.me(signal) });
	// When it was made, however long it stays open.
	const [madeAt] = useState(() => new Date().toISOString());
	const counts = readinessCounts(nodes);
	const told = (of: (node: NodeView) => string | undefined) =>
		tally(nodes, of)
			.map(({ value, count }) => `${value} (${count})`)
			.join(", ") || "–";
	return (
		<article className="flex max-w-5xl flex-col gap-5 print:max-w-none print:gap-4" data-report={cluster.id}>
			<PageHeader
				title={t("reportTitle", { name: cluster.name })}
				crumbs={[
					{ label: t("title"), href: "/clusters" },
					{ label: cluster.name, href: `/clusters/${cluster.id}` },
					{ label: t("report") },
				]}
				description={
					<>
						<ExactTime at={madeAt} /> · {me.data ? t("reportBy", { name: me.data.user.name, email: me.data.user.email }) : "…"}
					</>
				}
				actions={
					<Button className="print:hidden" onClick={() => window.print()}>
						<Printer aria-hidden="true" />
						{t("print")}
					</Button>
				}
			/>
			<Section title={t("reportFacts")}>
				<KeyValues
					items={[
						{ name: t("apiTitle"), value: <ApiState cluster={cluster} /> },
						{ name: t("server"), value: cluster.server ?? "–" },
						{ name: t("nodes"), value: String(nodes.length) },
						{ name: t("reportControlPlane"), value: String(nodes.filter((node) => node.controlPlane).length) },
						{ name: t("reportRuntimes"), value: told((node) => node.runtimeText) },
						{ name: t("reportKubelets"), value: told((node) => node.api?.version) },
						{ name: t("reportSystems"), value: told((node) => node.api?.osImage) },
						{ name: t("reportKernels"), value: told((node) => node.api?.kernelVersion) },
					]}
				/>
			</Section>
			<Section title={t("readiness")}>
				<KeyValues items={READINESS.map((kind) => ({ name: t(`readinesses.${kind}`), value: String(counts[kind]) }))} />
			</Section>
			<ReportFindings nodes={nodes} />
			<ReportMigrations clusterId={cluster.id} />
			<ReportNodes nodes={nodes} />
		</article>
	);
}

function Section({ title, children }: { title: string; children: ReactNode }) {
	return (
		<section>
			<h2 className="mb-1.5 border-b pb-1 font-semibold text-base">{title}</h2>
			{children}
		</section>
	);
}

function ReportFindings({ nodes }: { nodes: readonly NodeView[] }) {
	const t = useTranslations("clusters");
	const render = useMessage();
	const { groups, reading } = useClusterFindings(nodes);
	return (
		<Section title={t("findings")}>
			{groups.length === 0 ? (
				<p className="text-sm">{t(nodes.some(({ preflight }) => preflight) ? "findingsNone" : "findingsUnread")}</p>
			) : (
				<ul aria-busy={reading || undefined} className="flex flex-col gap-2 text-sm">
					{groups.map((group) => {
						const told = group.example && render(group.example, "finding");
						return (
							<li key={`${group.severity} ${group.code}`} className="break-inside-avoid">
								<p>
									<strong className="font-semibold">{t(`severity.${group.severity}`)}</strong>{" "}
									{told ? (group.nodes.length > 1 ? t("forExample", { text: told.text }) : told.text) : null}{" "}
									<code className="font-mono text-xs">{group.code}</code>
								</p>
								<p className="text-muted-foreground text-xs">
									{t("onNodes", { count: group.nodes.length })}: {group.nodes.map(({ name }) => name).join(", ")}
								</p>
							</li>
						);
					})}
				</ul>
			)}
		</Section>
	);
}

function ReportMigrations({ clusterId }: { clusterId: string }) {
	const t = useTranslations("clusters");
	const overview = useTranslations("overview");
	const filter = { clusterId, limit: MOST_MIGRATIONS };
	const list = useQuery({ queryKey: keys.migrations.list(filter), queryFn: ({ signal }) => api.migrations(filter, signal) });
	if (list.error) return <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />;
	const migrations = list.data?.migrations ?? [];
	return (
		<Section title={overview("migrations")}>
			{list.isPending ? (
				<SkeletonLines lines={2} />
			) : migrations.length === 0 ? (
				<p className="text-sm">{t("reportNoMigrations")}</p>
			) : (
				<Table aria-label={overview("migrations")}>
					<THead>
						<Tr>
							<Th>{overview("what")}</Th>
							<Th>{overview("state")}</Th>
							<Th>{overview("progress")}</Th>
							<Th>{overview("by")}</Th>
							<Th>{overview("when")}</Th>
						</Tr>
					</THead>
					<TBody>
						{migrations.map(({ id, direction, state, ticket, reason, counts, createdBy, createdAt, startedAt }) => {
							const nodes = nodeCounts(counts);
							return (
								<Tr key={id}>
									<Td>
										{overview(direction === "migrate" ? "migrate" : "rollback", { count: nodes.total })}
										<span className="block text-muted-foreground text-xs">{[ticket, reason].filter(Boolean).join(" · ")}</span>
									</Td>
									<Td>
										<MigrationStateBadge state={state} />
									</Td>
									<Td>
										<NodesDone counts={nodes} />
									</Td>
									<Td>{createdBy}</Td>
									<Td className="whitespace-nowrap">
										<ExactTime at={startedAt ?? createdAt} />
									</Td>
								</Tr>
							);
						})}
					</TBody>
				</Table>
			)}
			{(list.data?.total ?? 0) > migrations.length ? (
				<p className="text-muted-foreground text-xs">{t("reportNewest", { count: migrations.length, total: list.data?.total ?? 0 })}</p>
			) : null}
		</Section>
	);
}

function ReportNodes({ nodes }: { nodes: readonly NodeView[] }) {
	const t = useTranslations("clusters");
	return (
		<Section title={t("nodes")}>
			<Table aria-label={t("nodes")}>
				<THead>
					<Tr>
						<Th>{t("name")}</Th>
						<Th>{t("reportRole")}</Th>
						<Th>{t("reportRuntimes")}</Th>
						<Th>{t("reportKubelets")}</Th>
						<Th>{t("readiness")}</Th>
						<Th>{t("reportRead")}</Th>
					</Tr>
				</THead>
				<TBody>
					{nodes.map((node) => (
						<Tr key={node.id}>
							<Td className="font-medium">{node.name}</Td>
							<Td>{t(node.controlPlane ? "roleControlPlane" : "roleWorker")}</Td>
							<Td className="font-mono text-xs">{node.runtimeText || "–"}</Td>
							<Td className="font-mono text-xs">{node.api?.version ?? "–"}</Td>
							<Td>{t(`readinesses.${readiness(node)}`)}</Td>
							<Td className="whitespace-nowrap">{node.factsAt ? <ExactTime at={node.factsAt} /> : "–"}</Td>
						</Tr>
					))}
				</TBody>
			</Table>
		</Section>
	);
}
