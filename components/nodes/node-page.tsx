"use client";

import { useQuery } from "@tanstack/react-query";
import { usePathname, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { CredentialCard } from "@/components/clusters/credential-card.tsx";
import { HostKeyScanner } from "@/components/host-keys/host-key-scanner.tsx";
import { useTabTitle } from "@/components/shell/watch/tab-title.tsx";
import { Card } from "@/components/ui/card.tsx";
import { KeyValues } from "@/components/ui/key-value.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Tabs } from "@/components/ui/tabs.tsx";
import { PageBeingRead, PageNotRead } from "@/components/ui/unread-page.tsx";
import { api } from "@/lib/api-client.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import type { NodeDetail } from "@/lib/contracts/node-page.ts";
import { rolesText } from "@/lib/node-filter.ts";
import { keys } from "@/lib/query-keys.ts";
import { CallChainPicture } from "./call-chain.tsx";
import { FactsView } from "./facts-view.tsx";
import { FindingList } from "./finding-list.tsx";
import { LeftRuns } from "./left-runs.tsx";
import { NodeActions } from "./node-actions.tsx";
import { NodeFiles } from "./node-files.tsx";
import { NodePods } from "./node-pods.tsx";
import { NodeWay } from "./node-way.tsx";
import { ReadinessCell } from "./readiness-cell.tsx";
import { RunList } from "./run-list.tsx";
import { NodeMarks, RuntimeName } from "./runtime-cell.tsx";
import { SshTestCard } from "./ssh-test.tsx";

export function NodePage({ nodeId }: { nodeId: string }) {
	const t = useTranslations("nodes");
	const detail = useQuery({ queryKey: keys.nodes.detail(nodeId), queryFn: ({ signal }) => api.node(nodeId, signal) });
	const list = { label: t("title"), href: "/nodes" };
	if (detail.isPending) return <PageBeingRead list={list} />;
	if (!detail.data) return <PageNotRead title={t("one")} list={list} read={detail} />;
	return <NodeDetails detail={detail.data} />;
}

const TABS = ["overview", "pods", "files", "runs", "facts", "access"];

function NodeDetails({ detail }: { detail: NodeDetail }) {
	const { node, facts, runs } = detail;
	const t = useTranslations("nodes");
	const path = usePathname();
	useTabTitle(node.name);
	const wanted = useSearchParams().get("tab") ?? "";
	const tab = TABS.includes(wanted) ? wanted : "overview";
	return (
		<>
			<PageHeader
				title={node.name}
				crumbs={[
					{ label: t("title"), href: "/nodes" },
					{ label: node.clusterName, href: `/clusters/${node.clusterId}` },
					{ label: node.name },
				]}
				status={
					<>
						<RuntimeName node={node} />
						<NodeMarks node={node} />
					</>
				}
				actions={<NodeActions node={node} runs={runs} />}
			/>
			{node.probeError ? <ProblemAlert error={node.probeError} /> : null}
			<RollbackWord node={node} />
			{facts?.gantry.runs.some((run) => run.final === "" && !runs.some((known) => known.id === run.id)) ? <LeftRuns node={node} /> : null}
			<Tabs
				value={tab}
				onValueChange={(value) => window.history.replaceState(null, "", value === "overview" ? path : `${path}?tab=${value}`)}
				panelClassName="flex flex-col gap-4"
				tabs={[
					{ value: "overview", label: t("tabs.overview"), content: <Overview detail={detail} /> },
					{ value: "pods", label: t("tabs.pods"), content: <NodePods node={node} /> },
					{ value: "files", label: t(node.rollbackRunId ? "tabs.snapshot" : "tabs.files"), content: <NodeFiles node={node} /> },
					{
						value: "runs",
						label: t("tabs.runs", { count: runs.length }),
						content: (
							<Card title={t("runs")} flush={runs.length > 0}>
								{runs.length > 0 ? <RunList runs={runs} /> : <p className="text-muted-foreground text-sm">{t("runsNone")}</p>}
							</Card>
						),
					},
					{
						value: "facts",
						label: t("facts"),
						content: (
							<Card title={t("facts")} actions={<FactsAge node={node} />}>
								{facts ? <FactsView facts={facts} /> : <p className="text-muted-foreground text-sm">{t("factsNone")}</p>}
							</Card>
						),
					},
					{ value: "access", label: t("tabs.access"), content: <Access node={node} /> },
				]}
			/>
		</>
	);
}

function Overview({ detail: { node, facts, findings, findingsError } }: { detail: NodeDetail }) {
	const t = useTranslations("nodes");
	return (
		<>
			<Card title={t("chainTitle")} description={t("chainDescription")}>
				<CallChainPicture node={node} facts={facts} />
			</Card>
			<Card
				title={t("findings")}
				description={node.factsAt ? t("findingsDescription") : undefined}
				actions={
					<>
						<ReadinessCell node={node} />
						<FactsAge node={node} />
					</>
				}
			>
				{findingsError ? <ProblemAlert error={findingsError} className="mb-3" /> : null}
				{findings.length > 0 ? (
					<FindingList findings={findings} />
				) : (
					<p className="text-muted-foreground text-sm">{t(noFindings(node, facts))}</p>
				)}
			</Card>
			{node.api ? <ApiCard node={node} /> : null}
		</>
	);
}

function Access({ node }: { node: NodeView }) {
	const t = useTranslations("nodes");
	return (
		<>
			<SshTestCard node={node} />
			{node.hostKey === "unknown" ? <HostKeyScanner nodeIds={[node.id]} /> : null}
			<div className="grid gap-4 lg:grid-cols-2">
				<NodeWay node={node} />
				<CredentialCard
					owner={{ kind: "nodes", id: node.id }}
					title={t("credentialTitle")}
					description={t("credentialDescription")}
					none={t("credentialNone")}
				/>
			</div>
		</>
	);
}

/** Facts are as old as the last probe: a run since then may have changed what they tell. */
function FactsAge({ node }: { node: NodeView }) {
	const t = useTranslations("nodes");
	if (!node.factsAt) return null;
	return (
		<p className="text-muted-foreground text-xs">
			{t("factsFrom")} <RelativeTime at={node.factsAt} />
		</p>
	);
}

/** Why the list is empty. */
function noFindings({ rollbackRunId }: NodeView, facts: NodeDetail["facts"]) {
	if (rollbackRunId) return "findingsRollback";
	if (!facts) return "findingsNoFacts";
	return facts.kubelet.runtime === "containerd" ? "findingsNothingToDo" : "findingsNone";
}

/** Why there is no way back by button, where a person would look for one. */
function RollbackWord({ node }: { node: NodeView }) {
	const t = useTranslations("nodes");
	if (!node.wentOverByHand) return null;
	return <p className="rounded-md border bg-muted px-3 py-2 text-sm">{t("wentOverByHand")}</p>;
}

function ApiCard({ node }: { node: NodeView }) {
	const t = useTranslations("nodes");
	const { api: row } = node;
	if (!row) return null;
	return (
		<Card
			title={t("inCluster")}
			actions={
				node.apiSeenAt ? (
					<p className="text-muted-foreground text-xs">
						{t("apiSeen")} <RelativeTime at={node.apiSeenAt} />
					</p>
				) : null
			}
		>
			<KeyValues
				items={[
					{ name: "STATUS", value: row.status },
					{ name: "ROLES", value: rolesText(node) },
					{ name: "VERSION", value: row.version },
					{ name: "INTERNAL-IP", value: row.internalIp || "<none>" },
					{ name: "EXTERNAL-IP", value: row.externalIp || "<none>" },
					{ name: "OS-IMAGE", value: row.osImage },
					{ name: "KERNEL-VERSION", value: row.kernelVersion },
					{ name: "CONTAINER-RUNTIME", value: row.containerRuntime },
					{ name: t("heartbeat"), value: row.heartbeatAt ? <RelativeTime at={row.heartbeatAt} /> : "–" },
				]}
			/>
		</Card>
	);
}
