"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { Copyable } from "@/components/ui/copyable.tsx";
import { ExactTime } from "@/components/ui/exact-time.tsx";
import { KeyValues } from "@/components/ui/key-value.tsx";
import type { RunView } from "@/lib/contracts/run.ts";
import type { RunDetail } from "@/lib/contracts/run-detail.ts";
import { formatDuration } from "@/lib/format.ts";
import { PHASES } from "@/lib/run-grid.ts";

/** Who, when, why, what, from where to where, and how long. */
export function RunFacts({ detail }: { detail: RunDetail }) {
	const t = useTranslations("run");
	const { run, migration } = detail;
	const at = (time: string | null) => (time === null ? "–" : <ExactTime at={time} />);
	const took = run.startedAt && run.endedAt ? formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt)) : "–";
	return (
		<KeyValues
			items={[
				{ name: t("who"), value: migration.createdBy },
				{ name: t("why"), value: [migration.ticket, migration.reason].filter(Boolean).join(" · ") || "–" },
				{
					name: t("cluster"),
					value: (
						<Link href={`/clusters/${run.clusterId}`} className="text-info hover:underline">
							{run.clusterName}
						</Link>
					),
				},
				{ name: t("what"), value: t(run.direction) },
				{
					name: t("fromTo"),
					value: <span className="font-mono text-xs">{run.fromRuntime ? `${run.fromRuntime} → ${run.toRuntime}` : "–"}</span>,
				},
				{ name: t("planned"), value: at(run.createdAt) },
				{ name: t("started"), value: at(run.startedAt) },
				{ name: t("ended"), value: at(run.endedAt) },
				{ name: t("took"), value: took },
				{ name: t("phases"), value: phaseTimes(run, (phase) => t(`phase.${phase}`)) || "–" },
				...(run.withoutApi ? [{ name: t("withoutApi"), value: t("withoutApiText") }] : []),
				...run.overrides.map(({ code, reason, by }) => ({
					name: t("overridden"),
					value: (
						<>
							<span className="font-mono text-xs">{code}</span> · {reason} · {by}
						</>
					),
				})),
				{ name: t("id"), value: <Copyable text={run.id} /> },
				{ name: t("verified"), value: run.verified === null ? "–" : t(`verifiedBy.${run.verified}`) },
				{
					name: t("attemptName"),
					value: run.previousId ? (
						<>
							{run.attempt} ·{" "}
							<Link href={`/runs/${run.previousId}`} className="text-info hover:underline">
								{t(run.direction === "rollback" ? "previousMigration" : "previousAttempt")}
							</Link>{" "}
							·{" "}
							<Link href={`/runs/compare?one=${run.previousId}&other=${run.id}`} className="text-info hover:underline">
								{t("compareWithIt")}
							</Link>
						</>
					) : (
						run.attempt
					),
				},
				...(run.scriptSha256
					? (["prepare", "cutover", "revert"] as const).map((name) => ({
							name: `${name}.sh`,
							value: (
								<span className="inline-flex items-center gap-1 break-all font-mono text-xs">
									sha256 {run.scriptSha256?.[name]}
									<CopyButton text={run.scriptSha256?.[name] ?? ""} />
								</span>
							),
						}))
					: []),
			]}
		/>
	);
}

function phaseTimes(run: RunView, name: (phase: (typeof PHASES)[number] | "revert") => string): string {
	return ([...PHASES, "revert"] as const)
		.flatMap((phase) => {
			const steps = run.steps.filter((step) => step.phase === phase && step.durationMs !== null);
			if (steps.length === 0) return [];
			return `${name(phase)} ${formatDuration(steps.reduce((sum, step) => sum + (step.durationMs ?? 0), 0))}`;
		})
		.join(" · ");
}
