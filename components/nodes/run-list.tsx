"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { RunStatusLabel } from "@/components/runs/run-status-label.tsx";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { Msg } from "@/components/ui/message.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import type { RunView } from "@/lib/contracts/run.ts";
import { formatDuration } from "@/lib/format.ts";

/** A node's runs, the newest first. */
export function RunList({ runs }: { runs: readonly RunView[] }) {
	const t = useTranslations("nodes");
	const now = useServerNow();
	return (
		<Table aria-label={t("runs")}>
			<THead>
				<Tr>
					<Th>{t("runState")}</Th>
					<Th>{t("runDirection")}</Th>
					<Th>{t("runRuntimes")}</Th>
					<Th>{t("runResult")}</Th>
					<Th>{t("runWhen")}</Th>
					<Th>{t("runDuration")}</Th>
				</Tr>
			</THead>
			<TBody>
				{runs.map((run) => (
					<Tr key={run.id}>
						<Td>
							<Link href={`/runs/${run.id}`} className="hover:underline">
								<RunStatusLabel run={run} nowMs={now} />
							</Link>
						</Td>
						<Td>{t(run.direction === "migrate" ? "directionMigrate" : "directionRollback")}</Td>
						<Td className="whitespace-nowrap font-mono text-xs">
							{run.fromRuntime} → {run.toRuntime}
						</Td>
						<Td>{run.result ? <Msg m={run.result} namespace="event" /> : "–"}</Td>
						<Td>
							<RelativeTime at={run.startedAt ?? run.createdAt} />
						</Td>
						<Td>{run.startedAt && run.endedAt ? formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt)) : "–"}</Td>
					</Tr>
				))}
			</TBody>
		</Table>
	);
}
