"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { RunStatusLabel } from "@/components/runs/run-status-label.tsx";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Msg } from "@/components/ui/message.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import type { RunView } from "@/lib/contracts/run.ts";
import { formatDuration } from "@/lib/format.ts";
import { runReason } from "@/lib/run-status.ts";

interface RunsTableProps {
	runs: readonly RunView[];
	/** Ids of those that are to be compared. */
	chosen: readonly string[];
	onChoose: (id: string) => void;
}

/** Runs as rows, each a link to its own page. */
export function RunsTable({ runs, chosen, onChoose }: RunsTableProps) {
	const t = useTranslations("history");
	const text = useTranslations("run");
	const now = useServerNow();
	return (
		<Table aria-label={t("title")}>
			<THead>
				<Tr>
					<Th>{t("node")}</Th>
					<Th>{t("result")}</Th>
					<Th>{t("direction")}</Th>
					<Th className="max-sm:hidden">{t("fromTo")}</Th>
					<Th>{t("when")}</Th>
					<Th className="text-right max-sm:hidden">{t("took")}</Th>
					<Th className="max-sm:hidden">{t("cluster")}</Th>
					<Th className="max-sm:hidden">{t("migration")}</Th>
					<Th>{t("compare")}</Th>
				</Tr>
			</THead>
			<TBody>
				{runs.map((run) => {
					const reason = runReason(run);
					return (
						<Tr key={run.id} data-run={run.id}>
							<Td>
								<Link href={`/runs/${run.id}`} className="font-semibold text-info hover:underline">
									{run.nodeName}
								</Link>
								{run.attempt > 1 ? <Badge className="ml-1.5">{text("attempt", { number: run.attempt })}</Badge> : null}
								<span className="block text-muted-foreground text-xs sm:hidden">{run.clusterName}</span>
							</Td>
							<Td>
								<RunStatusLabel run={run} nowMs={now} />
								{reason ? (
									<div className="max-w-96 text-muted-foreground text-xs">
										<Msg m={reason} namespace="event" />
									</div>
								) : null}
							</Td>
							<Td>{text(run.direction)}</Td>
							<Td className="whitespace-nowrap font-mono text-xs max-sm:hidden">
								{run.fromRuntime ? `${run.fromRuntime} → ${run.toRuntime}` : "–"}
							</Td>
							<Td className="whitespace-nowrap">
								<RelativeTime at={run.startedAt ?? run.createdAt} />
							</Td>
							<Td className="whitespace-nowrap text-right font-mono text-xs max-sm:hidden">
								{run.startedAt && run.endedAt ? formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt)) : "–"}
							</Td>
							<Td className="max-sm:hidden">{run.clusterName}</Td>
							<Td className="max-sm:hidden">
								<Link
									href={`/migrations/${run.migrationId}?node=${encodeURIComponent(run.nodeName)}`}
									className="text-info hover:underline"
								>
									{t("toMigration")}
								</Link>
							</Td>
							<Td>
								<Checkbox
									checked={chosen.includes(run.id)}
									onCheckedChange={() => onChoose(run.id)}
									aria-label={t("chooseRun", { node: run.nodeName, attempt: run.attempt, what: text(run.direction) })}
								/>
							</Td>
						</Tr>
					);
				})}
			</TBody>
		</Table>
	);
}
