"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge.tsx";
import { useMessage } from "@/components/ui/message.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import type { Message } from "@/lib/contracts/finding.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { ActiveRun } from "./active-run.tsx";
import type { Translate } from "./columns.tsx";

export function RuntimeName({ node }: { node: NodeView }) {
	return runtimeName(node, useTranslations("nodes"));
}

export function NodeMarks({ node }: { node: NodeView }) {
	return nodeMarks(node, useTranslations("nodes"));
}

/** How the kubelet reaches its runtime: by the live kubelet where it was probed. */
export function runtimeName(node: NodeView, t: Translate): ReactNode {
	const label = t(`runtimes.${node.runtime}`);
	const tone =
		node.runtime === "containerd" ? "success" : ["docker", "dockershim", "cri-dockerd"].includes(node.runtime) ? "info" : "neutral";
	return <Badge tone={tone}>{label}</Badge>;
}

/** Beside the name: what one must not overlook while scrolling to the right. */
export function nodeGlyph(node: NodeView, t: Translate): ReactNode {
	if (node.activeRunId && node.activeRun) return <ActiveRun runId={node.activeRunId} run={node.activeRun} iconOnly />;
	if (node.probeError) return <StatusGlyph kind="failed" label={t("probeFailed")} iconOnly />;
	if (node.hostKey === "unknown") return <StatusGlyph kind="warning" label={t("noHostKey")} iconOnly />;
	return null;
}

/** What a run has left the node known for. */
const MARKS = ["migrated", "rolled-back", "revert-failed"] as const;

/** What stands between a node and a migration: no host key, a probe that failed, a run under way. */
export function nodeMarks(node: NodeView, t: Translate): ReactNode {
	const mark = MARKS.find((one) => one === node.mark);
	return (
		<span className="inline-flex flex-wrap items-center gap-1">
			{node.activeRunId && node.activeRun ? (
				<Link href={`/runs/${node.activeRunId}`} className="hover:underline">
					<ActiveRun runId={node.activeRunId} run={node.activeRun} />
				</Link>
			) : null}
			{node.gone ? <Badge tone="warning">{t("gone")}</Badge> : null}
			{node.hostKey === "unknown" ? <Badge tone="warning">{t("noHostKey")}</Badge> : null}
			{node.manual ? <Badge>{t("manual")}</Badge> : null}
			{mark ? <Badge tone={mark === "revert-failed" ? "danger" : "info"}>{t(`marks.${mark}`)}</Badge> : null}
		</span>
	);
}

/** When it was read last, or why that failed. */
export function probeCell(node: NodeView, t: Translate): ReactNode {
	if (node.probeError) return <ProbeError error={node.probeError} />;
	if (!node.probedAt) return <span className="text-muted-foreground">{t("neverProbed")}</span>;
	return <RelativeTime at={node.probedAt} form="short" />;
}

function ProbeError({ error }: { error: Message }) {
	const { text } = useMessage()(error, "error");
	return (
		<span className="block truncate text-danger" title={text}>
			✕ {text}
		</span>
	);
}
