"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { StatusGlyph, type StatusKind } from "@/components/ui/status-glyph.tsx";
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

export function ReadinessCell({ node }: { node: NodeView }) {
	return readinessCell(node, useTranslations("nodes"));
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
		<span
			className="flex min-w-0 items-baseline gap-1.5"
			title={kind === "unknown" ? undefined : findingCodes(node).join("\n") || undefined}
		>
			<StatusGlyph
				kind={KINDS[kind]}
				label={t(`readinesses.${kind}`)}
				className={kind === "unknown" ? "text-muted-foreground" : undefined}
			/>
			<span className="truncate text-muted-foreground text-xs">{counts.filter(Boolean).join(", ")}</span>
		</span>
	);
}
