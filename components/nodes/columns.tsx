"use client";

import Link from "next/link";
import type { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import type { NodeView } from "@/lib/contracts/node.ts";
import { type NodeColumn, rolesText } from "@/lib/node-filter.ts";
import { readinessCell } from "./readiness-cell.tsx";
import { nodeGlyph, nodeMarks, probeCell, runtimeName } from "./runtime-cell.tsx";

/** What kubectl prints where there is nothing. */
const NONE = "<none>";
/** Where no API tells of the node. */
const UNTOLD = "–";

export type Translate = ReturnType<typeof useTranslations<"nodes">>;

/** kubectl's own headings; they are not translated, so that they can be compared with kubectl's. */
const KUBECTL = {
	name: "NAME",
	status: "STATUS",
	roles: "ROLES",
	age: "AGE",
	version: "VERSION",
	internalIp: "INTERNAL-IP",
	externalIp: "EXTERNAL-IP",
	osImage: "OS-IMAGE",
	kernelVersion: "KERNEL-VERSION",
	containerRuntime: "CONTAINER-RUNTIME",
} as const;
const OURS = {
	cluster: "cluster",
	readiness: "readinessColumn",
	runtime: "runtimeColumn",
	marks: "marksColumn",
	probed: "probedColumn",
} as const;

/** A column's heading. */
export function columnName(column: NodeColumn, t: Translate): string {
	return column in KUBECTL ? KUBECTL[column as keyof typeof KUBECTL] : t(OURS[column as keyof typeof OURS]);
}

interface Shape {
	/** Pixels, at least: those of kubectl's columns fit a window 1,440 wide, so that the runtime is seen. */
	size: number;
	/** A function and no component, as far as may be: hundreds of cells are drawn anew with each key in the filter. */
	cell: (node: NodeView, t: Translate) => ReactNode;
}

const SHAPES: Record<NodeColumn, Shape> = {
	name: {
		size: 128,
		cell: (node, t) => (
			<span className="flex items-center gap-1.5">
				<Link
					href={`/nodes/${node.id}`}
					prefetch={false}
					title={node.name}
					className="min-w-0 truncate font-medium text-info hover:underline"
				>
					{node.name}
				</Link>
				{nodeGlyph(node, t)}
			</span>
		),
	},
	cluster: {
		size: 84,
		cell: (node) => (
			<Link href={`/clusters/${node.clusterId}`} prefetch={false} title={node.clusterName} className="block truncate hover:underline">
				{node.clusterName}
			</Link>
		),
	},
	readiness: { size: 208, cell: readinessCell },
	status: { size: 96, cell: status },
	roles: { size: 98, cell: (node) => line(node.api || node.controlPlane ? rolesText(node) : UNTOLD) },
	age: { size: 48, cell: (node) => (node.api ? <RelativeTime at={node.api.createdAt} form="short" /> : NONE) },
	version: { size: 72, cell: (node) => line(ofApi(node, "version")) },
	internalIp: { size: 98, cell: (node) => line(node.api?.internalIp || node.address || NONE) },
	externalIp: { size: 88, cell: (node) => line(ofApi(node, "externalIp")) },
	osImage: { size: 92, cell: (node) => line(ofApi(node, "osImage")) },
	kernelVersion: { size: 88, cell: (node) => line(ofApi(node, "kernelVersion")) },
	containerRuntime: { size: 150, cell: (node) => line(node.runtimeText || UNTOLD) },
	runtime: { size: 104, cell: runtimeName },
	marks: { size: 190, cell: nodeMarks },
	probed: { size: 160, cell: probeCell },
};

/** `kubectl get nodes -o wide`, column by column, and what the console knows besides. */
export function columnWidth(column: NodeColumn): number {
	return SHAPES[column].size;
}

/** What stands below a column's heading for a node. */
export function nodeCell(column: NodeColumn, node: NodeView, t: Translate): ReactNode {
	return SHAPES[column].cell(node, t);
}

function ofApi(node: NodeView, column: "version" | "externalIp" | "osImage" | "kernelVersion"): string {
	return node.api ? node.api[column] || NONE : UNTOLD;
}

function status(node: NodeView): ReactNode {
	if (!node.api) return <span>{UNTOLD}</span>;
	const kind = !node.api.ready ? "failed" : node.api.unschedulable ? "paused" : "ok";
	return <StatusGlyph kind={kind} label={node.api.status} className="max-w-full [&>span]:truncate" />;
}

/** A cell keeps to one line; the whole is on hover. */
function line(text: string): ReactNode {
	return (
		<span className="block truncate" title={text}>
			{text}
		</span>
	);
}
