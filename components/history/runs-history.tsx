"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { GitCompareArrows } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useRunStatusText } from "@/components/runs/run-status-label.tsx";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { buttonClass } from "@/components/ui/button.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";
import { runStatus } from "@/lib/run-status.ts";
import { type HistoryAddress, PAGE_SIZE } from "./history-address.ts";
import { HistoryList } from "./history-list.tsx";
import { RunsTable } from "./runs-table.tsx";
import { Timeline } from "./timeline.tsx";

/** Runs that the filters leave, a page of them at a time. Two of them can be compared. */
export function RunsHistory({ address }: { address: HistoryAddress }) {
	const t = useTranslations("history");
	const text = useRunStatusText();
	const now = useServerNow();
	const [chosen, setChosen] = useState<readonly string[]>([]);
	const query = { ...address.query, limit: PAGE_SIZE, offset: (address.page - 1) * PAGE_SIZE };
	const list = useQuery({
		queryKey: keys.runs.list(query),
		queryFn: ({ signal }) => api.runs(query, signal),
		placeholderData: keepPreviousData,
	});
	const runs = list.data?.runs ?? [];
	// The third takes the place of the first.
	const choose = (id: string) => setChosen((old) => (old.includes(id) ? old.filter((one) => one !== id) : [...old, id].slice(-2)));
	const [one, other] = chosen;
	return (
		<>
			<ProblemAlert error={list.error} onRetry={() => void list.refetch()} />
			{chosen.length > 0 ? (
				<p role="status" className="flex flex-wrap items-center gap-3 text-sm">
					{one && other ? (
						<Link href={`/runs/compare?one=${one}&other=${other}`} className={buttonClass({ variant: "primary", size: "sm" })}>
							<GitCompareArrows aria-hidden="true" />
							{t("compareTwo")}
						</Link>
					) : (
						t("chooseAnother")
					)}
				</p>
			) : null}
			<HistoryList list={list} address={address} none={{ title: t("none"), text: t("noneText") }}>
				{runs.length === 0 ? null : address.show === "table" ? (
					<RunsTable runs={runs} chosen={chosen} onChoose={choose} />
				) : (
					<Timeline
						items={runs.map((run) => {
							const { kind, tone } = runStatus(run, now);
							return {
								id: run.id,
								href: `/runs/${run.id}`,
								label: run.nodeName,
								hint: run.clusterName,
								words: text(run, now),
								kind,
								tone,
								fromMs: run.startedAt === null ? null : Date.parse(run.startedAt),
								toMs: run.endedAt === null ? null : Date.parse(run.endedAt),
							};
						})}
					/>
				)}
			</HistoryList>
		</>
	);
}
