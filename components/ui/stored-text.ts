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

/** A text that the browser remembers, the same wherever it is shown, in every tab. Null until somebody has set it, and on the server. */
export function useStoredText(key: string): [string | null, (text: string) => void] {
	const stored = useSyncExternalStore(
		subscribe,
		() => read(key),
		() => null,
	);
	const set = useCallback(
		(text: string) => {
			try {
				localStorage.setItem(key, text);
			} catch {
				unstored.set(key, text);
			}
			for (const listener of [...listeners]) listener();
		},
		[key],
	);
	return [stored, set];
}
