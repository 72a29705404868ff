"use client";

import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

/** What the address of a run page says is open. */
export interface RunAddress {
	/** A node's name. */
	node: string | null;
	step: string | null;
	/** Of the log, from 1. */
	line: number | null;
	tab: string | null;
}

/** What is open on a run page lies in its address, so that a link or a reload shows the same. Nothing is added to the history. */
export function useRunAddress(): [RunAddress, (change: Partial<RunAddress>) => void] {
	const parameters = useSearchParams();
	const line = Number(parameters.get("line"));
	const address = {
		node: parameters.get("node"),
		step: parameters.get("step"),
		line: Number.isInteger(line) && line > 0 ? line : null,
		tab: parameters.get("tab"),
	};
	const change = useCallback((next: Partial<RunAddress>) => {
		const query = new URLSearchParams(window.location.search);
		for (const [name, value] of Object.entries(next)) {
			if (value === null || value === undefined) query.delete(name);
			else query.set(name, String(value));
		}
		const text = query.toString();
		window.history.replaceState(null, "", text ? `?${text}` : window.location.pathname);
	}, []);
	return [address, change];
}
