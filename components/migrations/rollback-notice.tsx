"use client";

import { useQueries } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { formatDuration } from "@/lib/format.ts";
import { keys } from "@/lib/query-keys.ts";
import { rollbackEffects } from "@/lib/rollback-effects.ts";

/** Plans that are read at once, for what all of them do. */
const MOST_READ = 200;

/** What a rollback of these nodes brings back, what it moves and what it loses: said once all of their plans are read. */
export function RollbackNotice({ planned }: { planned: readonly RunView[] }) {
	const t = useTranslations("migration");
	const asked = planned.slice(0, MOST_READ);
	// A run's plan never changes: read once. A node that is checked again has another run.
	const details = useQueries({
		queries: asked.map((run) => ({
			queryKey: keys.runs.detail(run.id),
			queryFn: ({ signal }: { signal: AbortSignal }) => api.run(run.id, signal),
			staleTime: Number.POSITIVE_INFINITY,
			refetchInterval: false as const,
		})),
	});
	const effects = rollbackEffects(details.map(({ data }) => data));
	const failed = details.filter(({ error }) => error !== null);
	return (
		<Card
			title={t("rollback.title")}
			description={planned.length > asked.length ? t("rollback.cut", { read: asked.length, total: planned.length }) : undefined}
		>
			{effects ? (
				<ul className="flex list-disc flex-col gap-1 pl-5 text-sm">
					<li>{t("rollback.returns", { files: effects.files })}</li>
					<li>{t(effects.drains ? "rollback.moves" : "rollback.movesWithoutDrain")}</li>
					<li>
						{t("rollback.lost")}
						{effects.byDigest.length > 0 ? (
							<details className="mt-1">
								<summary className="cursor-pointer">{t("rollback.byDigest", { count: effects.byDigest.length })}</summary>
								<ul className="mt-1 max-h-48 overflow-y-auto break-all font-mono text-xs">
									{effects.byDigest.map((name) => (
										<li key={name}>{name}</li>
									))}
								</ul>
							</details>
						) : null}
					</li>
					<li>{t("rollback.outage", { time: formatDuration(effects.outageMs) })}</li>
					<li>{t("rollback.drift")}</li>
				</ul>
			) : failed.length > 0 ? (
				<ProblemAlert error={failed[0]?.error ?? null} onRetry={() => failed.forEach((one) => void one.refetch())} />
			) : (
				<div aria-busy="true">
					<SkeletonLines lines={5} />
				</div>
			)}
		</Card>
	);
}
