"use client";

import Link from "next/link";
import type { useTranslations } from "next-intl";
import { Fragment, type ReactNode } from "react";
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
	/** Pixels, at least: those of kubectl's columns fit a window 1,440 wide beside a scroll bar, with what they usually hold, so that the runtime is seen. */
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
					className="line-clamp-2 min-w-0 font-medium text-info leading-4 [overflow-wrap:anywhere] hover:underline"
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
	readiness: { size: 142, cell: readinessCell },
	status: { size: 104, cell: status },
	roles: { size: 100, cell: (node) => lines(node.api || node.controlPlane ? rolesText(node) : UNTOLD) },
	age: { size: 42, cell: (node) => (node.api ? <RelativeTime at={node.api.createdAt} form="short" /> : NONE) },
	version: { size: 66, cell: (node) => lines(ofApi(node, "version")) },
	internalIp: { size: 120, cell: (node) => lines(node.api?.internalIp || node.address || NONE) },
	externalIp: { size: 80, cell: (node) => lines(ofApi(node, "externalIp")) },
	osImage: { size: 118, cell: (node) => lines(ofApi(node, "osImage")) },
	kernelVersion: { size: 120, cell: (node) => parts(ofApi(node, "kernelVersion")) },
	containerRuntime: { size: 130, cell: (node) => lines(node.runtimeText || UNTOLD) },
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
	// As long as "Ready,SchedulingDisabled", of which nothing is to be cut.
	const label = node.api.status.replaceAll(/,|(?<=[a-z])(?=[A-Z])/g, (comma) => comma + ZERO_WIDTH_SPACE);
	return <StatusGlyph kind={kind} label={label} className="max-w-full whitespace-normal text-xs leading-4" />;
}

/** Where a list may be broken without a sign of it. */
const ZERO_WIDTH_SPACE = "\u200b";

/** Two lines at most, broken between words, and within one that is longer than its column; the whole is on hover. */
function lines(text: string): ReactNode {
	return (
		<span className="line-clamp-2 text-xs leading-4 [overflow-wrap:anywhere]" title={text}>
			{text.replaceAll(",", `,${ZERO_WIDTH_SPACE}`)}
		</span>
	);
}

/** The same of a word of many parts, which is broken after one of them. */
function parts(text: string): ReactNode {
	return (
		<span className="line-clamp-2 text-xs leading-4 [overflow-wrap:anywhere]" title={text}>
			{[...text.matchAll(/[^-._+]*[-._+]*/g)].map(({ 0: part, index }) => (
				<Fragment key={index}>
					{part}
					<wbr />
				</Fragment>
			))}
		</span>
	);
}
