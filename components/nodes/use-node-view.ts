"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { NODE_COLUMNS, type NodeColumn, type NodeFilter, ROLE_GROUPS, RUNTIME_GROUPS } from "@/lib/node-filter.ts";

export interface NodeOrder {
	column: NodeColumn;
	descending: boolean;
}

/** What the table shows, kept in the address: a reload or a link to a colleague shows the same. */
export function useNodeView() {
	const path = usePathname();
	const parameters = useSearchParams();
	const text = parameters.get("q") ?? "";
	const runtime = RUNTIME_GROUPS.find((one) => one === parameters.get("runtime")) ?? null;
	const role = ROLE_GROUPS.find((one) => one === parameters.get("role")) ?? null;
	const column = NODE_COLUMNS.find((one) => one === parameters.get("sort")) ?? "name";
	const descending = parameters.get("order") === "desc";
	const filter: NodeFilter = useMemo(() => ({ text, runtime, role }), [text, runtime, role]);
	const order: NodeOrder = useMemo(() => ({ column, descending }), [column, descending]);
	const write = useCallback(
		(changes: Record<string, string | null>) => {
			const next = new URLSearchParams(window.location.search);
			for (const [name, value] of Object.entries(changes)) {
				if (value === null || value === "") next.delete(name);
				else next.set(name, value);
			}
			const query = next.toString();
			window.history.replaceState(null, "", query ? `${path}?${query}` : path);
		},
		[path],
	);
	const setFilter = useCallback((next: NodeFilter) => write({ q: next.text, runtime: next.runtime, role: next.role }), [write]);
	const setOrder = useCallback(
		(next: NodeOrder) => write({ sort: next.column === "name" ? null : next.column, order: next.descending ? "desc" : null }),
		[write],
	);
	return { filter, order, setFilter, setOrder };
}
