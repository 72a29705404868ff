"use client";

import { createColumnHelper } from "@tanstack/react-table";
import Link from "next/link";
import type { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import type { NodeView } from "@/lib/contracts/node.ts";
import { compareNodes, type NodeColumn, rolesText } from "@/lib/node-filter.ts";
import { NodeGlyph, NodeMarks, ProbeCell, RuntimeName } from "./runtime-cell.tsx";

const helper = createColumnHelper<NodeView>();

/** What kubectl prints where there is nothing. */
const NONE = "<none>";
/** Where no API tells of the node. */
const UNTOLD = "–";

interface Shape {
	id: NodeColumn;
	/** kubectl's own heading; it is not translated, so that it can be compared with kubectl's. */
	header: string;
	/** Pixels. */
	size: number;
	cell: (node: NodeView) => ReactNode;
}

/** `kubectl get nodes -o wide`, column by column, then what the console knows besides. */
export function nodeColumns(t: ReturnType<typeof useTranslations<"nodes">>, withCluster: boolean) {
	const shapes: Shape[] = [
		{
			id: "name",
			header: "NAME",
			size: 148,
			cell: (node) => (
				<span className="flex items-center gap-1.5">
					<Link href={`/nodes/${node.id}`} title={node.name} className="min-w-0 truncate font-medium text-info hover:underline">
						{node.name}
					</Link>
					<NodeGlyph node={node} />
				</span>
			),
		},
		...(withCluster
			? [
					{
						id: "cluster" as const,
						header: t("cluster"),
						size: 84,
						cell: (node: NodeView) => (
							<Link href={`/clusters/${node.clusterId}`} title={node.clusterName} className="block truncate hover:underline">
								{node.clusterName}
							</Link>
						),
					},
				]
			: []),
		{ id: "status", header: "STATUS", size: 104, cell: (node) => <Status node={node} /> },
		{ id: "roles", header: "ROLES", size: 106, cell: (node) => <Line text={node.api || node.controlPlane ? rolesText(node) : UNTOLD} /> },
		{ id: "age", header: "AGE", size: 52, cell: (node) => (node.api ? <RelativeTime at={node.api.createdAt} form="short" /> : NONE) },
		{ id: "version", header: "VERSION", size: 72, cell: (node) => <Line text={ofApi(node, "version")} /> },
		{ id: "internalIp", header: "INTERNAL-IP", size: 98, cell: (node) => <Line text={node.api?.internalIp || node.address || NONE} /> },
		{ id: "externalIp", header: "EXTERNAL-IP", size: 96, cell: (node) => <Line text={ofApi(node, "externalIp")} /> },
		{ id: "osImage", header: "OS-IMAGE", size: 116, cell: (node) => <Line text={ofApi(node, "osImage")} /> },
		{ id: "kernelVersion", header: "KERNEL-VERSION", size: 128, cell: (node) => <Line text={ofApi(node, "kernelVersion")} /> },
		{ id: "containerRuntime", header: "CONTAINER-RUNTIME", size: 152, cell: (node) => <Line text={node.runtimeText || UNTOLD} /> },
		{ id: "runtime", header: t("runtimeColumn"), size: 104, cell: (node) => <RuntimeName node={node} /> },
		{ id: "marks", header: t("marksColumn"), size: 190, cell: (node) => <NodeMarks node={node} /> },
		{ id: "probed", header: t("probedColumn"), size: 160, cell: (node) => <ProbeCell node={node} /> },
	];
	return shapes.map(({ id, header, size, cell }) =>
		helper.display({
			id,
			header,
			size,
			enableSorting: true,
			sortingFn: (one, other) => compareNodes(id, one.original, other.original),
			cell: ({ row }) => cell(row.original),
		}),
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
