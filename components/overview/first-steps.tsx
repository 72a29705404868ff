"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { buttonClass } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import type { ClusterView } from "@/lib/contracts/cluster.ts";
import type { NodeView } from "@/lib/contracts/node.ts";

interface FirstStepsProps {
	clusters: readonly ClusterView[];
	nodes: readonly NodeView[];
	migrations: number;
}

/** The way to the first migration, until it has been gone. */
export function FirstSteps({ clusters, nodes, migrations }: FirstStepsProps) {
	const t = useTranslations("overview");
	const first = clusters[0];
	const steps = [
		{ id: "cluster", done: clusters.length > 0, href: "/clusters?add=1" },
		{ id: "credential", done: clusters.some((cluster) => cluster.hasCredential), href: first ? `/clusters/${first.id}?tab=access` : null },
		{
			id: "hostKeys",
			done: nodes.some((node) => node.hostKey === "accepted"),
			href: first ? `/clusters/${first.id}?tab=host-keys` : null,
		},
		{ id: "probe", done: nodes.some((node) => node.factsAt !== null), href: first ? `/nodes?cluster=${first.id}` : null },
		{ id: "migrate", done: migrations > 0, href: first ? `/nodes?cluster=${first.id}&runtime=docker` : null },
	] as const;
	if (steps.every((step) => step.done)) return null;
	const next = steps.findIndex((step) => !step.done);
	return (
		<Card title={clusters.length === 0 ? t("welcome") : t("nextSteps")} description={clusters.length === 0 ? t("welcomeText") : undefined}>
			<ol className="flex flex-col gap-3">
				{steps.map((step, index) => (
					<li key={step.id} className="flex flex-wrap items-start gap-x-3 gap-y-1">
						<StatusGlyph
							kind={step.done ? "ok" : index === next ? "waiting" : "queued"}
							label={step.done ? t("stepDone") : t("stepOpen")}
							iconOnly
							className="mt-0.5"
						/>
						<div className="min-w-0 flex-1">
							<p className={index === next ? "font-medium" : undefined}>{t(`steps.${step.id}.title`)}</p>
							{index === next ? <p className="text-muted-foreground text-sm">{t(`steps.${step.id}.text`)}</p> : null}
						</div>
						{index === next && step.href ? (
							<Link href={step.href} className={buttonClass({ variant: "primary", size: "sm" })}>
								{t(`steps.${step.id}.action`)}
							</Link>
						) : null}
					</li>
				))}
			</ol>
		</Card>
	);
}
