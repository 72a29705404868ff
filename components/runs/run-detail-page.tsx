"use client";

import { useQuery } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { CancelRun } from "@/components/migrations/cancel-run.tsx";
import { HeldRun } from "@/components/migrations/held-run.tsx";
import { FindingList } from "@/components/nodes/finding-list.tsx";
import { planChosen } from "@/components/nodes/plan-chosen.ts";
import { useTabTitle } from "@/components/shell/watch/tab-title.tsx";
import { useWatch } from "@/components/shell/watch/watcher.tsx";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Msg } from "@/components/ui/message.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Tabs } from "@/components/ui/tabs.tsx";
import { PageBeingRead, PageNotRead } from "@/components/ui/unread-page.tsx";
import { api } from "@/lib/api-client.ts";
import { isCompletion } from "@/lib/completion.ts";
import type { Message } from "@/lib/contracts/finding.ts";
import type { RunDetail } from "@/lib/contracts/run-detail.ts";
import { keys } from "@/lib/query-keys.ts";
import { isFinalRun, isHeld, runStatus } from "@/lib/run-status.ts";
import { ByHand } from "./by-hand.tsx";
import { EventsList } from "./events-list.tsx";
import { FileChanges } from "./file-changes.tsx";
import { useHashLine } from "./hash-line.ts";
import { ImagesTable } from "./images-table.tsx";
import { LogView } from "./log/log-view.tsx";
import { RevertCountdown } from "./revert-countdown.tsx";
import { RunFacts } from "./run-facts.tsx";
import { RunStatusLabel } from "./run-status-label.tsx";
import { ScriptsView } from "./scripts-view.tsx";
import { useServerNow } from "./server-clock.ts";
import { StepsTable } from "./steps-table.tsx";
import { UncordonRun } from "./uncordon-run.tsx";

/** One run for good: everything the record holds of it. */
export function RunDetailPage({ runId }: { runId: string }) {
	const t = useTranslations("run");
	const detail = useQuery({ queryKey: keys.runs.detail(runId), queryFn: ({ signal }) => api.run(runId, signal) });
	const list = { label: t("history"), href: "/history" };
	if (detail.isPending) return <PageBeingRead list={list} />;
	if (!detail.data) return <PageNotRead title={t("one")} list={list} read={detail} />;
	return <RunDetailView detail={detail.data} />;
}

function RunDetailView({ detail }: { detail: RunDetail }) {
	const t = useTranslations("run");
	const router = useRouter();
	const now = useServerNow();
	const { run, migration, plan, findings, events, evidence } = detail;
	useWatch(migration);
	const draft = migration.state === "draft" || migration.state === "scheduled";
	const status = runStatus(run, now, { draft });
	useTabTitle(`${t(`status.${status.code}`)} · ${run.nodeName}`);
	const { line, setLine, tab, setTab } = useHashLine();
	const node = useQuery({ queryKey: keys.nodes.detail(run.nodeId), queryFn: ({ signal }) => api.node(run.nodeId, signal), retry: false });
	const undone = node.data?.node.rollbackRunId === run.id ? node.data.node : null;
	return (
		<>
			<PageHeader
				crumbs={[
					{ label: t("history"), href: "/history" },
					{ label: migration.ticket || t("migration"), href: `/migrations/${migration.id}?node=${encodeURIComponent(run.nodeName)}` },
					{ label: run.nodeName },
				]}
				title={t(isCompletion(run) ? "titleCompletion" : run.direction === "migrate" ? "titleMigrate" : "titleRollback", {
					node: run.nodeName,
				})}
				status={
					<>
						<RunStatusLabel run={run} nowMs={now} draft={draft} />
						<RevertCountdown run={run} nowMs={now} />
					</>
				}
				actions={
					<>
						{isHeld(run) ? <HeldRun run={run} migration={migration} /> : draft ? null : <CancelRun run={run} />}
						<UncordonRun run={run} />
						{undone?.activeRunId ? (
							<Link href={`/runs/${undone.activeRunId}`} className={buttonClass({})}>
								{t("toActive")}
							</Link>
						) : null}
						{undone && !undone.activeRunId ? (
							<Button onClick={() => router.push(planChosen({ clusterId: run.clusterId, direction: "rollback", nodeIds: [run.nodeId] }))}>
								<Undo2 aria-hidden="true" />
								{t("rollBack")}
							</Button>
						) : null}
					</>
				}
			/>
			{/* One that goes back may have both. */}
			<Told message={isFinalRun(run) ? null : run.waiting} />
			<Told message={run.result} />
			<Card title={t("about")}>
				<RunFacts detail={detail} />
			</Card>
			<Tabs
				value={tab}
				onValueChange={setTab}
				tabs={[
					{ value: "log", label: t("log.title"), content: <LogView run={run} line={line} onLine={setLine} className="h-[60vh]" /> },
					{ value: "steps", label: t("steps"), content: <StepsTable run={run} onLine={setLine} /> },
					{ value: "changes", label: t("changes"), content: <FileChanges files={plan?.files ?? []} /> },
					{
						value: "scripts",
						label: t("scripts"),
						content: plan ? <ScriptsView scripts={plan.scripts} /> : <p className="text-muted-foreground text-sm">{t("noPlan")}</p>,
					},
					{
						value: "findings",
						label: `${t("findings")} (${findings.length})`,
						content:
							findings.length > 0 ? (
								<FindingList findings={findings} />
							) : (
								<p className="text-muted-foreground text-sm">{t("noFindings")}</p>
							),
					},
					{ value: "images", label: t("images"), content: <ImagesTable images={plan?.images ?? []} /> },
					{
						value: "evidence",
						label: `${t("evidence")} (${evidence.length})`,
						content:
							evidence.length === 0 ? (
								<p className="text-muted-foreground text-sm">{t("noEvidence")}</p>
							) : (
								<div className="flex flex-col gap-4">
									{evidence.map((one) => (
										<div key={one.name}>
											<h3 className="mb-1 font-mono text-sm">{one.name}</h3>
											<CodeBlock text={one.text} label={one.name} />
										</div>
									))}
								</div>
							),
					},
					{ value: "events", label: t("events"), content: <EventsList events={events} /> },
					{ value: "by-hand", label: t("byHand.title"), content: <ByHand run={run} /> },
				]}
			/>
			<p className="text-sm">
				<Link href={`/nodes/${run.nodeId}`} className="text-info hover:underline">
					{t("toNode", { node: run.nodeName })}
				</Link>
			</p>
		</>
	);
}

/** What it waits for or what it came to. */
function Told({ message }: { message: Message | null }) {
	if (message === null) return null;
	return (
		<p className="rounded-md border bg-card px-4 py-2.5">
			<Msg m={message} namespace="event" todo />
		</p>
	);
}
