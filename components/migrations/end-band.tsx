"use client";

import { FileText, RotateCcw, Undo2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { planChosen } from "@/components/nodes/plan-chosen.ts";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { countRuns, retryable } from "@/lib/run-counts.ts";
import { waysBack } from "@/lib/way-back.ts";
import { ExportRecord } from "./export-record.tsx";
import { isOver } from "./migration-state.tsx";
import { TakenBack } from "./taken-back.tsx";
import { useDecide } from "./use-decide.tsx";

/** What came of it, and what may follow. */
export function EndBand({ detail }: { detail: MigrationDetail }) {
	const t = useTranslations("migration");
	const router = useRouter();
	const { migration, runs } = detail;
	const { decide, dialog } = useDecide(migration);
	if (!isOver(migration.state)) return null;
	const counts = countRuns(runs);
	const again = retryable(runs);
	const back = waysBack(detail);
	const kind = migration.state === "done" ? "ok" : migration.state === "cancelled" ? "skipped" : "warning";
	return (
		<section aria-label={t("result")} className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border bg-card px-4 py-3">
			<p role="status" className="mr-auto">
				<StatusGlyph
					kind={kind}
					label={t(`end.${migration.state === "done" ? "done" : migration.state === "cancelled" ? "cancelled" : "failures"}`, {
						done: counts.done,
						failed: counts.failed,
						total: counts.total - counts.excluded,
					})}
					className="whitespace-normal font-medium"
				/>
			</p>
			{again.failed > 0 ? (
				<Button onClick={() => decide("retry-failed", t("retryFailed", { count: again.failed }))}>
					<RotateCcw aria-hidden="true" />
					{t("retryFailed", { count: again.failed })}
				</Button>
			) : null}
			{again.notStarted > 0 ? (
				<Button onClick={() => decide("start-not-started", t("startRest", { count: again.notStarted }))}>
					{t("startRest", { count: again.notStarted })}
				</Button>
			) : null}
			{back.taken.length > 0 ? <TakenBack taken={back.taken} /> : null}
			{back.open.length > 0 ? (
				<Button
					onClick={() =>
						router.push(planChosen({ clusterId: migration.clusterId, direction: "rollback", nodeIds: back.open.map((run) => run.nodeId) }))
					}
				>
					<Undo2 aria-hidden="true" />
					{t("rollBack", { count: back.open.length })}
				</Button>
			) : null}
			<Link href={`/migrations/${migration.id}/report`} className={buttonClass({})}>
				<FileText aria-hidden="true" />
				{t("report")}
			</Link>
			<ExportRecord detail={detail} />
			{dialog}
		</section>
	);
}
