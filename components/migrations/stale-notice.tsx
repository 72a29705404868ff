"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button.tsx";
import { ScrollRegion } from "@/components/ui/scroll-region.tsx";
import type { StaleNode } from "@/lib/stale-nodes.ts";

/** Chosen nodes that are not what they were: named, each with why, and left out by one button. */
export function StaleNotice({ stale, onLeaveOut }: { stale: readonly StaleNode[]; onLeaveOut: (ids: string[]) => void }) {
	const t = useTranslations("migration");
	if (stale.length === 0) return null;
	return (
		<div
			role="status"
			data-stale-nodes
			className="flex flex-wrap items-start gap-3 rounded-md border border-warning/50 bg-warning-soft px-3 py-2 text-sm"
		>
			<div className="min-w-0 flex-1">
				<p className="font-medium">{t("staleNodes", { count: stale.length })}</p>
				<ScrollRegion label={t("staleNodes", { count: stale.length })} className="mt-1 max-h-40 overflow-y-auto">
					<ul>
						{stale.map(({ id, name, why }) => (
							<li key={id}>
								<span className="font-medium">{name}</span>: {t(why === "removed" ? "staleRemoved" : `whyNot.${why}`)}
							</li>
						))}
					</ul>
				</ScrollRegion>
			</div>
			<Button size="sm" onClick={() => onLeaveOut(stale.map(({ id }) => id))}>
				{t("staleLeaveOut", { count: stale.length })}
			</Button>
		</div>
	);
}
