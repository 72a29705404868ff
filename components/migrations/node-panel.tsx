"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ByHand } from "@/components/runs/by-hand.tsx";
import { EventsList } from "@/components/runs/events-list.tsx";
import { FileChanges } from "@/components/runs/file-changes.tsx";
import { LogView } from "@/components/runs/log/log-view.tsx";
import { RevertCountdown } from "@/components/runs/revert-countdown.tsx";
import { RunFacts } from "@/components/runs/run-facts.tsx";
import { RunStatusLabel } from "@/components/runs/run-status-label.tsx";
import { ScriptsView } from "@/components/runs/scripts-view.tsx";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { StepsTable } from "@/components/runs/steps-table.tsx";
import { UncordonRun } from "@/components/runs/uncordon-run.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Msg } from "@/components/ui/message.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { Tabs } from "@/components/ui/tabs.tsx";
import { api } from "@/lib/api-client.ts";
import { cn } from "@/lib/class-names.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { keys } from "@/lib/query-keys.ts";
import { isHeld, runReason } from "@/lib/run-status.ts";
import { CancelRun } from "./cancel-run.tsx";
import { HeldRun } from "./held-run.tsx";
import type { RunAddress } from "./run-address.ts";

interface NodePanelProps {
	run: RunView;
	/** Earlier attempts of the node, newest first. */
	earlier: readonly RunView[];
	address: RunAddress;
	/** As high as what holds it: what does not fit scrolls within. */
	fill: boolean;
	onAddress: (change: Partial<RunAddress>) => void;
	/** Null where there is nothing else to see. */
	onClose: (() => void) | null;
}

/** All about one node of a migration. */
export function NodePanel({ run, earlier, address, fill, onAddress, onClose }: NodePanelProps) {
	const t = useTranslations("migration");
	const text = useTranslations("run");
	const now = useServerNow();
	const detail = useQuery({ queryKey: keys.runs.detail(run.id), queryFn: ({ signal }) => api.run(run.id, signal) });
	const plan = detail.data?.plan ?? null;
	const reason = runReason(run);
	const toLine = (line: number) => onAddress({ tab: "log", line });
	const loaded = (content: ReactNode) =>
		detail.data ? (
			content
		) : detail.error ? (
			<ProblemAlert error={detail.error} onRetry={() => void detail.refetch()} />
		) : (
			<SkeletonLines lines={6} />
		);
	return (
		<section
			aria-labelledby="node-panel"
			className={cn("min-w-0 rounded-lg border bg-card px-4 py-3", fill && "flex min-h-0 flex-1 flex-col")}
		>
			<header className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1">
				<h2 id="node-panel" className="font-semibold text-base">
					<Link href={`/nodes/${run.nodeId}`} className="hover:underline">
						{run.nodeName}
					</Link>
				</h2>
				<RunStatusLabel run={run} nowMs={now} />
				<RevertCountdown run={run} nowMs={now} />
				{reason ? <Msg m={reason} namespace="event" className="min-w-0 text-muted-foreground text-sm" todo /> : null}
				<span className="ml-auto flex flex-wrap items-center gap-2">
					<Link href={`/runs/${run.id}`} className="text-info text-sm hover:underline">
						{t("permanent")}
					</Link>
					<UncordonRun run={run} size="sm" />
					{isHeld(run) ? detail.data && <HeldRun run={run} migration={detail.data.migration} /> : <CancelRun run={run} />}
					{onClose ? (
						<Button variant="ghost" size="icon-sm" aria-label={t("closePanel")} title={t("closePanel")} onClick={onClose}>
							<X aria-hidden="true" />
						</Button>
					) : null}
				</span>
			</header>
			{earlier.length > 0 ? (
				<p className="mb-2 text-muted-foreground text-sm">
					{t("earlier")}{" "}
					{earlier.map((one) => (
						<Link key={one.id} href={`/runs/${one.id}`} className="mr-2 text-info hover:underline">
							{t("attempt", { number: one.attempt })}
						</Link>
					))}
				</p>
			) : null}
			<Tabs
				value={address.tab ?? "log"}
				onValueChange={(tab) => onAddress({ tab })}
				className={fill ? "flex-1" : undefined}
				panelClassName={fill ? "overflow-y-auto" : undefined}
				tabs={[
					{
						value: "log",
						label: text("log.title"),
						content: <LogView key={run.id} run={run} line={address.line} onLine={(line) => onAddress({ line })} fill={fill} />,
					},
					{ value: "steps", label: text("steps"), content: <StepsTable run={run} chosen={address.step} onLine={toLine} /> },
					{ value: "changes", label: text("changes"), content: loaded(<FileChanges files={plan?.files ?? []} />) },
					{
						value: "scripts",
						label: text("scripts"),
						content: loaded(
							plan ? <ScriptsView scripts={plan.scripts} /> : <p className="text-muted-foreground text-sm">{text("noPlan")}</p>,
						),
					},
					{ value: "facts", label: text("about"), content: loaded(detail.data ? <RunFacts detail={detail.data} /> : null) },
					{ value: "events", label: text("events"), content: loaded(<EventsList events={detail.data?.events ?? []} />) },
					{ value: "by-hand", label: text("byHand.title"), content: <ByHand run={run} /> },
				]}
			/>
		</section>
	);
}
