"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { MigrationName } from "@/components/migrations/migration-name.tsx";
import { MigrationStateBadge } from "@/components/migrations/migration-state.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import type { MigrationList } from "@/lib/contracts/history.ts";
import { formatDuration } from "@/lib/format.ts";

/** Migrations as rows, each with what came of it, its run page and its report. */
export function MigrationsTable({ migrations }: { migrations: MigrationList["migrations"] }) {
	const t = useTranslations("history");
	const text = useTranslations("migration");
	return (
		<Table aria-label={t("migrations")}>
			<THead>
				<Tr>
					<Th>{t("migration")}</Th>
					<Th>{t("result")}</Th>
					<Th>{t("nodes")}</Th>
					<Th className="max-sm:hidden">{t("cluster")}</Th>
					<Th className="max-sm:hidden">{t("ticket")}</Th>
					<Th className="max-sm:hidden">{t("reason")}</Th>
					<Th className="max-sm:hidden">{t("who")}</Th>
					<Th>{t("when")}</Th>
					<Th className="text-right max-sm:hidden">{t("took")}</Th>
					<Th className="max-sm:hidden">{t("record")}</Th>
				</Tr>
			</THead>
			<TBody>
				{migrations.map((one) => {
					const total = Object.values(one.counts).reduce((sum, nodes) => sum + nodes, 0) - (one.counts["skipped"] ?? 0);
					return (
						<Tr key={one.id} data-migration={one.id}>
							<Td>
								<MigrationName migration={one} />
							</Td>
							<Td>
								<MigrationStateBadge state={one.state} />
							</Td>
							<Td className="whitespace-nowrap">{text("doneOf", { done: one.counts["done"] ?? 0, total })}</Td>
							<Td className="max-sm:hidden">{one.clusterName}</Td>
							<Td className="max-sm:hidden">{one.ticket || "–"}</Td>
							<Td className="max-w-80 break-words max-sm:hidden">{one.reason || "–"}</Td>
							<Td className="max-sm:hidden">{one.createdBy}</Td>
							<Td className="whitespace-nowrap">
								<RelativeTime at={one.startedAt ?? one.createdAt} />
							</Td>
							<Td className="whitespace-nowrap text-right font-mono text-xs max-sm:hidden">
								{one.startedAt && one.endedAt ? formatDuration(Date.parse(one.endedAt) - Date.parse(one.startedAt)) : "–"}
							</Td>
							<Td className="max-sm:hidden">
								<Link href={`/migrations/${one.id}/report`} className="text-info hover:underline">
									{t("toReport")}
								</Link>
							</Td>
						</Tr>
					);
				})}
			</TBody>
		</Table>
	);
}
