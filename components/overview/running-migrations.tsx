"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { z } from "zod";
import { isOver, MigrationStateBadge } from "@/components/migrations/migration-state.tsx";
import { StartsIn } from "@/components/migrations/starts-in.tsx";
import { Card } from "@/components/ui/card.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import { api } from "@/lib/api-client.ts";
import type { migrationListSchema } from "@/lib/contracts/history.ts";
import { nodeCounts } from "@/lib/node-counts.ts";
import { keys } from "@/lib/query-keys.ts";
import { Progress } from "./progress.tsx";

type Migration = z.infer<typeof migrationListSchema>["migrations"][number];

/** What a clock alone moves has no message of its own. */
const PROGRESS_MS = 5_000;

interface RunningMigrationsProps {
	migrations: readonly Migration[];
	clusterId: string | undefined;
	loading: boolean;
	error: Error | null;
}

/** Migrations that are not over, and the last few that are. */
export function RunningMigrations({ migrations, clusterId, loading, error }: RunningMigrationsProps) {
	const t = useTranslations("overview");
	const open = migrations.filter((migration) => !isOver(migration.state));
	const over = migrations.filter((migration) => isOver(migration.state)).slice(0, 5);
	const rows = [...open, ...over];
	const underWay = open.some(({ state }) => state !== "draft" && state !== "scheduled");
	const progress = useQuery({
		queryKey: keys.progress(clusterId),
		queryFn: ({ signal }) => api.progress(clusterId, signal),
		enabled: underWay,
		refetchInterval: PROGRESS_MS,
	});
	return (
		<Card
			title={t("migrations")}
			flush={rows.length > 0}
			actions={
				<Link href="/migrations" className="text-info text-sm hover:underline">
					{t("allMigrations")}
				</Link>
			}
		>
			<ProblemAlert error={error} />
			{loading ? (
				<SkeletonLines />
			) : rows.length === 0 ? (
				<p className="text-muted-foreground text-sm">{t("noMigrations")}</p>
			) : (
				<Table aria-label={t("migrations")}>
					<THead>
						<Tr>
							<Th>{t("state")}</Th>
							<Th>{t("what")}</Th>
							<Th className="max-sm:hidden">{t("cluster")}</Th>
							<Th>{t("progress")}</Th>
							<Th className="max-sm:hidden">{t("by")}</Th>
							<Th>{t("when")}</Th>
						</Tr>
					</THead>
					<TBody>
						{rows.map((migration) => {
							const counts = nodeCounts(migration.counts);
							return (
								<Tr key={migration.id}>
									<Td>
										<MigrationStateBadge state={migration.state} />
									</Td>
									<Td>
										<Link href={`/migrations/${migration.id}`} className="text-info hover:underline">
											{t(migration.direction === "migrate" ? "migrate" : "rollback", { count: counts.total })}
										</Link>
										{migration.ticket ? <span className="ml-1.5 text-muted-foreground">{migration.ticket}</span> : null}
										<span className="block text-muted-foreground text-xs sm:hidden">{migration.clusterName}</span>
									</Td>
									<Td className="max-sm:hidden">{migration.clusterName}</Td>
									<Td>
										<Progress progress={progress.data?.find(({ id }) => id === migration.id)} counts={counts} />
									</Td>
									<Td className="max-sm:hidden">{migration.createdBy}</Td>
									<Td>
										{migration.state === "scheduled" && migration.schedule ? (
											<StartsIn schedule={migration.schedule} />
										) : (
											<RelativeTime at={migration.startedAt ?? migration.createdAt} />
										)}
									</Td>
								</Tr>
							);
						})}
					</TBody>
				</Table>
			)}
		</Card>
	);
}
