"use client";

import { useTranslations } from "next-intl";
import type { ClusterView } from "@/lib/contracts/cluster.ts";

/** Nodes by runtime: a bar for the eye, the numbers in words beside it. */
export function RuntimeBar({ nodes }: { nodes: ClusterView["nodes"] }) {
	const t = useTranslations("clusters");
	const parts = [
		{ name: "containerd", count: nodes.containerd, colour: "bg-success", label: t("onContainerd", { count: nodes.containerd }) },
		{ name: "docker", count: nodes.docker, colour: "bg-info", label: t("onDocker", { count: nodes.docker }) },
		{ name: "other", count: nodes.other, colour: "bg-muted-foreground", label: t("onOther", { count: nodes.other }) },
	].filter((part) => part.count > 0);
	if (nodes.total === 0) return <span className="text-muted-foreground">{t("noNodes")}</span>;
	return (
		<div className="min-w-40">
			<svg className="block h-1.5 w-full rounded-full" viewBox={`0 0 ${nodes.total} 1`} preserveAspectRatio="none" aria-hidden="true">
				{parts.map((part, index) => (
					<rect
						key={part.name}
						x={parts.slice(0, index).reduce((sum, one) => sum + one.count, 0)}
						width={part.count}
						height="1"
						className={part.name === "containerd" ? "fill-success" : part.name === "docker" ? "fill-info" : "fill-muted-foreground"}
					/>
				))}
			</svg>
			<p className="mt-1 flex flex-wrap gap-x-3 text-xs">
				{parts.map((part) => (
					<span key={part.name} className="inline-flex items-center gap-1">
						<span className={`inline-block size-2 rounded-xs ${part.colour}`} aria-hidden="true" />
						{part.label}
					</span>
				))}
			</p>
		</div>
	);
}
