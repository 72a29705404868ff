"use client";

import { useSyncExternalStore } from "react";

/** A phone: what Tailwind's `sm` begins above. */
const QUERY = "(max-width: 639.98px)";

function subscribe(listener: () => void): () => void {
	const query = window.matchMedia(QUERY);
	query.addEventListener("change", listener);
	return () => query.removeEventListener("change", listener);
}

/** True where the page is as narrow as a phone's: for what is another thing there, and not only styled otherwise. False on the server. */
export function useNarrow(): boolean {
	return useSyncExternalStore(
		subscribe,
		() => window.matchMedia(QUERY).matches,
		() => false,
	);
}
