"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { buttonClass } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { StatusGlyph, type StatusKind } from "@/components/ui/status-glyph.tsx";
import { readinessCounts } from "@/lib/cluster-findings.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import type { Readiness } from "@/lib/readiness.ts";

/** In the order of a migration's course: what may go, what keeps the rest, what is over. */
const LOOKS: readonly { kind: Readiness; glyph: StatusKind; fill: string }[] = [
	{ kind: "ready", glyph: "ok", fill: "fill-info" },
	{ kind: "attention", glyph: "warning", fill: "fill-warning" },
	{ kind: "blocked", glyph: "failed", fill: "fill-danger" },
	{ kind: "unknown", glyph: "unknown", fill: "fill-muted-foreground" },
	{ kind: "containerd", glyph: "skipped", fill: "fill-success" },
];

/** How many of a cluster's nodes may migrate, by the last readings; each number leads to its nodes. */
export function ReadinessCard({ clusterId, nodes }: { clusterId: string; nodes: readonly NodeView[] }) {
	const t = useTranslations("clusters");
	const counts = readinessCounts(nodes);
	const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
	const list = (kind: Readiness) => `/nodes?cluster=${encodeURIComponent(clusterId)}&readiness=${kind}`;
	const next = counts.unknown > 0 ? "unknown" : counts.ready > 0 ? "ready" : counts.attention > 0 ? "attention" : null;
	return (
		<Card
			title={t("readiness")}
			description={t("readinessText")}
			actions={
				next ? (
					<Link href={list(next)} className={buttonClass({ size: "sm" })}>
						{t(`readinessNext.${next}`, { count: counts[next] })}
					</Link>
				) : null
			}
		>
			{total === 0 ? (
				<EmptyState title={t("noNodes")}>{t("hostKeysNoNodes")}</EmptyState>
			) : (
				<>
					<svg className="block h-2 w-full rounded-full" viewBox={`0 0 ${total} 1`} preserveAspectRatio="none" aria-hidden="true">
						{LOOKS.map(({ kind, fill }, index) => (
							<rect
								key={kind}
								x={LOOKS.slice(0, index).reduce((sum, one) => sum + counts[one.kind], 0)}
								width={counts[kind]}
								height="1"
								className={fill}
							/>
						))}
					</svg>
					<ul aria-label={t("readiness")} className="mt-3 grid grid-cols-2 gap-2 sm:grid-cols-3 xl:grid-cols-5">
						{LOOKS.map(({ kind, glyph }) => (
							<li key={kind}>
								<Link href={list(kind)} data-readiness={kind} className="flex h-full flex-col rounded-md border px-3 py-2 hover:bg-accent">
									<span className="font-semibold text-lg leading-tight">{counts[kind]}</span>
									<StatusGlyph kind={glyph} label={t(`readinesses.${kind}`)} className="whitespace-normal text-xs" />
								</Link>
							</li>
						))}
					</ul>
				</>
			)}
		</Card>
	);
}
