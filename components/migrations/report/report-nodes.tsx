"use client";

import { useTranslations } from "next-intl";
import { RunStatusLabel } from "@/components/runs/run-status-label.tsx";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { ExactTime } from "@/components/ui/exact-time.tsx";
import { Msg } from "@/components/ui/message.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import type { RunView } from "@/lib/contracts/run.ts";
import { formatDuration, naturalCompare } from "@/lib/format.ts";
import { runReason } from "@/lib/run-status.ts";

/** Every attempt of every node: how it ended, when, and in spite of what it went. */
export function ReportNodes({ runs }: { runs: readonly RunView[] }) {
	const t = useTranslations("report");
	const text = useTranslations("run");
	const now = useServerNow();
	const at = (time: string | null) => (time === null ? "–" : <ExactTime at={time} />);
	const sorted = [...runs].sort((a, b) => naturalCompare(a.nodeName, b.nodeName) || a.attempt - b.attempt);
	return (
		<Table aria-label={t("nodes")}>
			<THead>
				<Tr>
					<Th>{t("node")}</Th>
					<Th>{t("outcome")}</Th>
					<Th>{t("verified")}</Th>
					<Th>{t("runtime")}</Th>
					<Th>{t("started")}</Th>
					<Th>{t("ended")}</Th>
					<Th className="text-right">{t("took")}</Th>
				</Tr>
			</THead>
			<TBody>
				{sorted.map((run) => {
					const reason = runReason(run);
					return (
						<Tr key={run.id} className="break-inside-avoid" data-report-run={run.id}>
							<Td className="font-medium">
								{run.nodeName}
								{run.attempt > 1 ? (
									<span className="font-normal text-muted-foreground"> · {text("attempt", { number: run.attempt })}</span>
								) : null}
							</Td>
							<Td className="min-w-40">
								<RunStatusLabel run={run} nowMs={now} className="whitespace-normal" />
								{reason ? (
									<div className="text-muted-foreground text-xs">
										<Msg m={reason} namespace="event" />
									</div>
								) : null}
								{run.overrides.map(({ code, reason: why, by }) => (
									<div key={code} className="text-muted-foreground text-xs">
										{t("overridden", { code, why, by })}
									</div>
								))}
							</Td>
							<Td>{run.verified === null ? "–" : text(`verifiedBy.${run.verified}`)}</Td>
							<Td className="font-mono text-xs">{run.fromRuntime ? `${run.fromRuntime} → ${run.toRuntime}` : "–"}</Td>
							<Td>{at(run.startedAt)}</Td>
							<Td>{at(run.endedAt)}</Td>
							<Td className="whitespace-nowrap text-right font-mono text-xs">
								{run.startedAt && run.endedAt ? formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt)) : "–"}
							</Td>
						</Tr>
					);
				})}
			</TBody>
		</Table>
	);
}
