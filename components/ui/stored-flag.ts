"use client";

import { useCallback, useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
/** What was set where storing is forbidden: kept for this page. */
const unstored = new Map<string, string>();

function read(key: string): string | null {
	try {
		return localStorage.getItem(key);
	} catch {
		return unstored.get(key) ?? null;
	}
}

function subscribe(listener: () => void): () => void {
	listeners.add(listener);
	// Other tabs of the browser.
	window.addEventListener("storage", listener);
	return () => {
		listeners.delete(listener);
		window.removeEventListener("storage", listener);
	};
}

/** A switch that the browser remembers, the same wherever it is shown, in every tab. `fallback` holds until somebody has set it. */
export function useStoredFlag(key: string, fallback: boolean): [boolean, (on: boolean) => void] {
	const stored = useSyncExternalStore(
		subscribe,
		() => read(key),
		() => null,
	);
	const set = useCallback(
		(on: boolean) => {
			const text = on ? "on" : "off";
			try {
				localStorage.setItem(key, text);
			} catch {
				unstored.set(key, text);
			}
			for (const listener of [...listeners]) listener();
		},
		[key],
	);
	return [stored === null ? fallback : stored === "on", set];
}
