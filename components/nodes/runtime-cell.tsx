"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { Badge } from "@/components/ui/badge.tsx";
import { useMessage } from "@/components/ui/message.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import type { NodeView } from "@/lib/contracts/node.ts";

/** How the kubelet reaches its runtime: by the live kubelet where it was probed. */
export function RuntimeName({ node }: { node: NodeView }) {
	const t = useTranslations("nodes");
	const label = t(`runtimes.${node.runtime}`);
	const tone =
		node.runtime === "containerd" ? "success" : ["docker", "dockershim", "cri-dockerd"].includes(node.runtime) ? "info" : "neutral";
	return <Badge tone={tone}>{label}</Badge>;
}

/** Beside the name: what one must not overlook while scrolling to the right. */
export function NodeGlyph({ node }: { node: NodeView }) {
	const t = useTranslations("nodes");
	if (node.activeRunId) return <StatusGlyph kind="running" label={t("runActive")} iconOnly />;
	if (node.probeError) return <StatusGlyph kind="failed" label={t("probeFailed")} iconOnly />;
	if (node.hostKey === "unknown") return <StatusGlyph kind="warning" label={t("noHostKey")} iconOnly />;
	return null;
}

/** What a run has left the node known for. */
const MARKS = ["migrated", "rolled-back", "revert-failed"] as const;

/** What stands between a node and a migration: no host key, a probe that failed, a run under way. */
export function NodeMarks({ node }: { node: NodeView }) {
	const t = useTranslations("nodes");
	const mark = MARKS.find((one) => one === node.mark);
	return (
		<span className="inline-flex flex-wrap items-center gap-1">
			{node.activeRunId ? (
				<Link href={`/runs/${node.activeRunId}`} className="hover:underline">
					<StatusGlyph kind="running" label={t("runActive")} />
				</Link>
			) : null}
			{node.gone ? <Badge tone="warning">{t("gone")}</Badge> : null}
			{node.hostKey === "unknown" ? <Badge tone="warning">{t("noHostKey")}</Badge> : null}
			{node.manual ? <Badge>{t("manual")}</Badge> : null}
			{mark ? <Badge tone={mark === "revert-failed" ? "danger" : "info"}>{t(`marks.${mark}`)}</Badge> : null}
		</span>
	);
}

export function ProbeCell({ node }: { node: NodeView }) {
	const t = useTranslations("nodes");
	const render = useMessage();
	if (node.probeError) {
		const { text } = render(node.probeError, "error");
		return (
			<span className="block truncate text-danger" title={text}>
				✕ {text}
			</span>
		);
	}
	if (!node.probedAt) return <span className="text-muted-foreground">{t("neverProbed")}</span>;
	return <RelativeTime at={node.probedAt} form="short" />;
}
