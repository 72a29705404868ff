"use client";

import { useQueries } from "@tanstack/react-query";
import { api } from "@/lib/api-client.ts";
import { type CodeGroup, exampleNodes, findingGroups } from "@/lib/cluster-findings.ts";
import type { Finding } from "@/lib/contracts/finding.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { keys } from "@/lib/query-keys.ts";
import { findingCodes } from "@/lib/readiness.ts";

/** Nodes that are read for their findings' sentences: a list of nodes has codes alone. */
const MOST_READ = 8;

export interface ExplainedGroup extends CodeGroup<NodeView> {
	/** As it is on one of the nodes; null until that is read, and where it says it no longer. */
	example: Finding | null;
}

/** A cluster's findings, once a code, each with a sentence from one of its nodes. `reading`: sentences are still to come. */
export function useClusterFindings(nodes: readonly NodeView[]): { groups: ExplainedGroup[]; reading: boolean } {
	const groups = findingGroups(nodes);
	const details = useQueries({
		queries: exampleNodes(groups, MOST_READ).map((id) => {
			const node = nodes.find((one) => one.id === id);
			return {
				queryKey: keys.findingExample(id, node ? findingCodes(node) : []),
				queryFn: ({ signal }: { signal: AbortSignal }) => api.node(id, signal),
				staleTime: Number.POSITIVE_INFINITY,
			};
		}),
	});
	const read = details.flatMap(({ data }) => data?.findings ?? []);
	return {
		groups: groups.map((group) => ({
			...group,
			example: read.find(({ code, severity }) => code === group.code && severity === group.severity) ?? null,
		})),
		reading: details.some(({ isPending }) => isPending),
	};
}
