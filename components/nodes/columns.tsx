"use client";

import { createColumnHelper } from "@tanstack/react-table";
import Link from "next/link";
import type { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import type { NodeView } from "@/lib/contracts/node.ts";
import { type NodeColumn, rolesText } from "@/lib/node-filter.ts";
import { ReadinessCell } from "./readiness-cell.tsx";
import { NodeGlyph, NodeMarks, ProbeCell, RuntimeName } from "./runtime-cell.tsx";

const helper = createColumnHelper<NodeView>();

/** What kubectl prints where there is nothing. */
const NONE = "<none>";
/** Where no API tells of the node. */
const UNTOLD = "–";

type Translate = ReturnType<typeof useTranslations<"nodes">>;

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
	/** Pixels. */
	size: number;
	cell: (node: NodeView) => ReactNode;
}

const SHAPES: Record<NodeColumn, Shape> = {
	name: {
		size: 148,
		cell: (node) => (
			<span className="flex items-center gap-1.5">
				<Link
					href={`/nodes/${node.id}`}
					prefetch={false}
					title={node.name}
					className="min-w-0 truncate font-medium text-info hover:underline"
				>
					{node.name}
				</Link>
				<NodeGlyph node={node} />
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
	readiness: { size: 208, cell: (node) => <ReadinessCell node={node} /> },
	status: { size: 104, cell: (node) => <Status node={node} /> },
	roles: { size: 106, cell: (node) => <Line text={node.api || node.controlPlane ? rolesText(node) : UNTOLD} /> },
	age: { size: 52, cell: (node) => (node.api ? <RelativeTime at={node.api.createdAt} form="short" /> : NONE) },
	version: { size: 72, cell: (node) => <Line text={ofApi(node, "version")} /> },
	internalIp: { size: 98, cell: (node) => <Line text={node.api?.internalIp || node.address || NONE} /> },
	externalIp: { size: 96, cell: (node) => <Line text={ofApi(node, "externalIp")} /> },
	osImage: { size: 116, cell: (node) => <Line text={ofApi(node, "osImage")} /> },
	kernelVersion: { size: 128, cell: (node) => <Line text={ofApi(node, "kernelVersion")} /> },
	containerRuntime: { size: 152, cell: (node) => <Line text={node.runtimeText || UNTOLD} /> },
	runtime: { size: 104, cell: (node) => <RuntimeName node={node} /> },
	marks: { size: 190, cell: (node) => <NodeMarks node={node} /> },
	probed: { size: 160, cell: (node) => <ProbeCell node={node} /> },
};

/** `kubectl get nodes -o wide`, column by column, and what the console knows besides. */
export function nodeColumns(t: Translate, shown: readonly NodeColumn[]) {
	return shown.map((id) =>
		helper.display({ id, header: columnName(id, t), size: SHAPES[id].size, cell: ({ row }) => SHAPES[id].cell(row.original) }),
	);
}

function ofApi(node: NodeView, column: "version" | "externalIp" | "osImage" | "kernelVersion"): string {
	return node.api ? node.api[column] || NONE : UNTOLD;
}

function Status({ node }: { node: NodeView }) {
	if (!node.api) return <span>{UNTOLD}</span>;
	const kind = !node.api.ready ? "failed" : node.api.unschedulable ? "paused" : "ok";
	return <StatusGlyph kind={kind} label={node.api.status} className="max-w-full [&>span]:truncate" />;
}

/** A cell keeps to one line; the whole is on hover. */
function Line({ text }: { text: string }) {
	return (
		<span className="block truncate" title={text}>
			{text}
		</span>
	);
}
