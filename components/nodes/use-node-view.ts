"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useCallback, useEffect, useRef, useState } from "react";
import { NODE_COLUMNS, type NodeColumn, type NodeFilter } from "@/lib/node-filter.ts";
import { columnsInOrder, isBare, type NodeListState, type NodeOrder, readNodeList, writeNodeList } from "@/lib/node-list-address.ts";

/**
 * Browsers refuse an address that changes with every key of a fast typist; and a new address has much of the page look at it, which must
 * not fall on the next key.
 */
const ADDRESS_AFTER_MS = 400;
const COLUMNS_KEY = "gantry.nodes.columns";

/**
 * What the list shows: at once here, and a moment later in the address, so that a reload or a link to a colleague shows the same. An
 * address that says nothing of the list shows the columns that were last chosen in this browser.
 */
export function useNodeView() {
	const path = usePathname();
	const address = useSearchParams().toString();
	const [seen, setSeen] = useState(address);
	const [state, setState] = useState(() => firstState(address));
	const written = useRef<string | null>(null);
	if (address !== seen) {
		setSeen(address);
		// What comes back is our own, perhaps of some keys ago; anything else somebody followed to here.
		if (address !== written.current) {
			// The same address once more, by the way back, is not our own any longer.
			written.current = null;
			setState(firstState(address));
		}
	}
	useEffect(() => {
		const timer = setTimeout(() => {
			const now = new URLSearchParams(window.location.search);
			const next = writeNodeList(state, now).toString();
			if (window.location.pathname !== path || next === now.toString()) return;
			written.current = next;
			window.history.replaceState(null, "", next ? `${path}?${next}` : path);
		}, ADDRESS_AFTER_MS);
		return () => clearTimeout(timer);
	}, [state, path]);

	const change = useCallback((part: Partial<NodeListState>) => setState((old) => ({ ...old, ...part })), []);
	const setFilter = useCallback((part: Partial<NodeFilter>) => setState((old) => ({ ...old, filter: { ...old.filter, ...part } })), []);
	const setOrder = useCallback((order: NodeOrder) => change({ order }), [change]);
	const setColumns = useCallback(
		(columns: readonly NodeColumn[]) => {
			remember(columns);
			change({ columns });
		},
		[change],
	);
	return { ...state, setFilter, setOrder, setColumns };
}

function firstState(address: string): NodeListState {
	const parameters = new URLSearchParams(address);
	const state = readNodeList(parameters);
	return isBare(parameters) ? { ...state, columns: remembered() ?? state.columns } : state;
}

function remembered(): readonly NodeColumn[] | null {
	try {
		const stored = localStorage.getItem(COLUMNS_KEY);
		return stored === null ? null : columnsInOrder(stored.split(","));
	} catch {
		// On the server, and where storing is forbidden.
		return null;
	}
}

function remember(columns: readonly NodeColumn[]): void {
	try {
		if (columns.length === NODE_COLUMNS.length) localStorage.removeItem(COLUMNS_KEY);
		else localStorage.setItem(COLUMNS_KEY, columns.join(","));
	} catch {
		// The address has it all the same.
	}
}
