"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { StatusGlyph, type StatusKind } from "@/components/ui/status-glyph.tsx";
import { cn } from "@/lib/class-names.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { findingCodes, type Readiness, readiness } from "@/lib/readiness.ts";
import type { Translate } from "./columns.tsx";

const KINDS: Record<Readiness, StatusKind> = {
	ready: "ok",
	attention: "warning",
	blocked: "failed",
	containerd: "skipped",
	unknown: "unknown",
};

/** The same on one line. */
export function ReadinessCell({ node }: { node: NodeView }) {
	const t = useTranslations("nodes");
	return <span className="[&>span]:flex-row [&>span]:gap-x-1.5 [&>span>span+span]:pl-0">{readinessCell(node, t)}</span>;
}

/** How a node stands before a migration, and how much preflight found; which findings is on hover and on its page. */
export function readinessCell(node: NodeView, t: Translate): ReactNode {
	const kind = readiness(node);
	const { block = [], warn = [] } = node.preflight ?? {};
	// What a failed reading left unknown is not counted either.
	const counts =
		kind === "unknown"
			? []
			: [block.length > 0 && t("countBlock", { count: block.length }), warn.length > 0 && t("countWarn", { count: warn.length })];
	return (
		<span className="flex min-w-0 flex-col" title={kind === "unknown" ? undefined : findingCodes(node).join("\n") || undefined}>
			<StatusGlyph
				kind={KINDS[kind]}
				label={t(`readinesses.${kind}`)}
				className={cn("leading-4", kind === "unknown" && "text-muted-foreground")}
			/>
			{/* Below the word and not below the glyph. */}
			{counts.some(Boolean) ? (
				<span className="pl-5.5 text-muted-foreground text-xs leading-4">{counts.filter(Boolean).join(", ")}</span>
			) : null}
		</span>
	);
}
